using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace TransferLearning.Cli;

/// <summary><c>datasets list|show|fetch</c>: published datasets by name.</summary>
internal static class DatasetsCommand
{
    public static Command Create() => new("datasets", "Published datasets by name: list them, and fetch one as a folder for each class.")
    {
        List(), Show(), Fetch(),
    };

    private static Argument<string> Name() =>
        new Argument<string>("name") { Description = "A name of the catalog (see 'datasets list')." }.RefuseOptionLike();

    private static Command List()
    {
        var json = SharedOptions.Json();
        var command = new Command("list", "List all datasets of the catalog.") { json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
            {
                JsonOutput.Print<IReadOnlyList<JsonOutput.DatasetEntry>>([.. Datasets.All.Select(Describe)]);
                return ExitCode.Success;
            }

            var table = new Table().Border(TableBorder.Simple);
            table.AddColumns("name", "classes", "train", "valid", "test", "download", "licence");
            foreach (var dataset in Datasets.All)
            {
                table.AddRow(
                    Markup.Escape(dataset.Name),
                    Number(dataset.ClassCount),
                    Number(dataset.TrainingImages),
                    Number(dataset.ValidationImages),
                    Number(dataset.TestImages),
                    Megabytes(dataset.Bytes),
                    Markup.Escape(Short(dataset.License)));
            }

            TableOutput.Write(table);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Show()
    {
        var name = Name();
        var json = SharedOptions.Json();
        var command = new Command("show", "Show the images, licence, files and addresses of a dataset.") { name, json };
        command.SetAction(parsed =>
        {
            var dataset = Datasets.Find(parsed.GetRequiredValue(name));
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(Describe(dataset));
                return ExitCode.Success;
            }

            Console.Out.WriteLine($"dataset   {dataset}");
            Console.Out.WriteLine($"licence   {dataset.License}");
            Console.Out.WriteLine($"page      {dataset.Homepage ?? "not stated"}");
            if (dataset.Note is { } note)
                Console.Out.WriteLine($"note      {note}");
            foreach (var file in dataset.Files)
            {
                Console.Out.WriteLine($"file      {file.FileName}, {Megabytes(file.Bytes)}, SHA-256 {file.Sha256}");
                foreach (var address in file.Addresses)
                    Console.Out.WriteLine($"          {address}");
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Command Fetch()
    {
        var name = Name();
        var json = SharedOptions.Json();
        var command = new Command("fetch", "Download, verify and unpack a dataset; prints the folder to train on.") { name, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var dataset = Datasets.Find(parsed.GetRequiredValue(name));
            bool isNew = !dataset.IsAtHand();
            string folder = await ProgressDisplay.RunAsync(progress => dataset.FetchAsync(null, progress, cancellationToken))
                .ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(new JsonOutput.DatasetFolder(dataset.Name, folder, dataset.License, isNew));
                return ExitCode.Success;
            }

            // The terms are shown once; the last line is the folder, for scripts.
            if (isNew)
                Console.Error.WriteLine($"{dataset}. Licence: {dataset.License}");
            Console.Out.WriteLine(folder);
            return ExitCode.Success;
        });
        return command;
    }

    private static JsonOutput.DatasetEntry Describe(NamedDataset dataset) => new(
        dataset.Name,
        dataset.ClassCount,
        dataset.TrainingImages,
        dataset.ValidationImages,
        dataset.TestImages,
        dataset.License,
        dataset.Homepage,
        dataset.Note,
        dataset.Bytes,
        dataset.IsAtHand(),
        [
            .. dataset.Files.Select(file => new JsonOutput.DatasetFile(
                file.FileName, file.Bytes, file.Sha256, [.. file.Addresses.Select(address => address.AbsoluteUri)])),
        ]);

    private static string Number(int? value) => value is { } number ? number.ToString("N0", CultureInfo.InvariantCulture) : "–";

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N0} MB");

    private static string Short(string license)
    {
        const int most = 40;
        return license.Length <= most ? license : license[..(most - 1)] + "…";
    }
}
