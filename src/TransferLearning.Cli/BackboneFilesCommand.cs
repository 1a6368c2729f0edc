using System.CommandLine;
using Spectre.Console;

namespace TransferLearning.Cli;

/// <summary><c>backbones fetch</c> and <c>backbones verify</c>: the weights on this machine.</summary>
internal static class BackboneFilesCommand
{
    public static Command Fetch()
    {
        var name = new Argument<string>("name") { Description = "A name of the catalog." }.RefuseOptionLike();
        var json = SharedOptions.Json();
        var command = new Command("fetch", "Download and verify the weights of a backbone, for later use offline.") { name, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var backbone = Backbones.Find(parsed.GetRequiredValue(name));

            // An embedded backbone has no file to fetch.
            var cache = new WeightCache();
            if (backbone.Weights is { } weights)
                await ProgressDisplay.RunAsync(progress => cache.FetchAsync(weights, progress, cancellationToken)).ConfigureAwait(false);
            var file = await CheckAsync(cache, backbone, cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(json))
                JsonOutput.Print(file);
            else
                Console.Out.WriteLine($"{backbone.Name}: {(file.Path is null ? file.State : $"available and verified, {file.Path}")}");
            return file.State == BackboneState.Missing ? ExitCode.Unavailable : ExitCode.Success;
        });
        return command;
    }

    public static Command Verify()
    {
        var names = new Argument<string[]>("name")
        {
            Description = "Names of the catalog whose weights must exist; without names, all weights that exist.",
            Arity = ArgumentArity.ZeroOrMore,
        }.RefuseOptionLike();
        var images = new Option<string?>("--images")
        {
            Description =
                "Classify the images below this folder with one backbone, a name or an ONNX file; their folders or files have the " +
                "names of its classes, for instance n01440764_tench.JPEG. Shows whether weights and preprocessing fit each other.",
            HelpName = "FOLDER",
        };
        var json = SharedOptions.Json();
        var command = new Command(
            "verify", "Check size and SHA-256 of downloaded weights; exit code 1 if any are damaged, or those of a given name are missing.")
        {
            names, images, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(images) is not null && result.GetValue(names) is not { Length: 1 })
                result.AddError("--images checks one backbone; give its name or an ONNX file.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] wanted = parsed.GetValue(names) ?? [];
            if (parsed.GetValue(images) is { } folder)
            {
                var checkedBackbone = SharedOptions.ReadBackbone(wanted[0], null);
                var result = await BackboneImageCheck.RunAsync(checkedBackbone, folder, cancellationToken).ConfigureAwait(false);
                if (parsed.GetValue(json))
                    JsonOutput.Print(result);
                else
                    Console.Out.WriteLine(BackboneImageCheck.Describe(result, checkedBackbone.Labels.Count));
                return ExitCode.Success;
            }

            var backbones = wanted.Length == 0 ? Backbones.All : [.. wanted.Select(Backbones.Find)];
            var cache = new WeightCache();
            var files = new List<JsonOutput.BackboneFile>(backbones.Count);
            foreach (var backbone in backbones)
                files.Add(await CheckAsync(cache, backbone, cancellationToken).ConfigureAwait(false));
            if (parsed.GetValue(json))
                JsonOutput.Print<IReadOnlyList<JsonOutput.BackboneFile>>(files);
            else
                Print(files);
            string[] faults = wanted.Length > 0 ? [BackboneState.Damaged, BackboneState.Missing] : [BackboneState.Damaged];
            return files.Any(file => faults.Contains(file.State)) ? ExitCode.Unavailable : ExitCode.Success;
        });
        return command;
    }

    private static async Task<JsonOutput.BackboneFile> CheckAsync(
        WeightCache cache, Backbone backbone, CancellationToken cancellationToken)
    {
        if (backbone.Weights is not { } weights)
            return new JsonOutput.BackboneFile(backbone.Name, BackboneState.Of(backbone, Backbones.AtHand()), null, null, null);
        var state = await cache.CheckAsync(weights, cancellationToken).ConfigureAwait(false);
        return new JsonOutput.BackboneFile(backbone.Name, BackboneState.Of(state), cache.PathOf(weights), weights.Bytes, weights.Sha256);
    }

    private static void Print(IReadOnlyList<JsonOutput.BackboneFile> files)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("name", "state", "file");
        foreach (var file in files)
            table.AddRow(Markup.Escape(file.Name), file.State, Markup.Escape(file.Path ?? "–"));
        TableOutput.Write(table);
    }

}
