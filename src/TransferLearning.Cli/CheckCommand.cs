using System.CommandLine;

namespace TransferLearning.Cli;

/// <summary><c>check FOLDER</c>: finds problems of a folder of images before training.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var dataset = new DatasetOptions();
        var json = SharedOptions.Json();
        var command = new Command(
            "check", "Find problems before training: damaged images, duplicates, leaks between splits, empty classes. Exit code 1 if any.")
        {
            json,
        };
        dataset.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(dataset, parsed, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DatasetOptions given, ParseResult parsed, bool json, CancellationToken cancellationToken)
    {
        var folder = given.WithGiven(new ImageFolderOptions(), parsed);
        var options = new DatasetCheckOptions { Folder = folder };
        var table = given.HasTable(parsed)
            ? await given.ReadAsync(parsed, new ImageFolderOptions { ValidationFraction = 0 }, json, cancellationToken)
                .ConfigureAwait(false)
            : null;
        var report = await ProgressDisplay.RunAsync(progress => table is null
            ? DatasetDoctor.CheckAsync(given.Folder(parsed), options, progress, cancellationToken)
            : DatasetDoctor.CheckAsync(table, options, progress, cancellationToken)).ConfigureAwait(false);
        if (json)
            JsonOutput.Print(Describe(report));
        else
            Console.Out.Write(OptionWords.Of(report.ToString()));
        return report.SpoilsTraining ? ExitCode.Spoiled : ExitCode.Success;
    }

    private static JsonOutput.Check Describe(DatasetReport report) => new(
        report.Name,
        report.Images,
        report.SpoilsTraining,
        report.Sizes is { } s
            ? new JsonOutput.CheckSizes(s.MinWidth, s.MedianWidth, s.MaxWidth, s.MinHeight, s.MedianHeight, s.MaxHeight)
            : null,
        [.. report.Classes.Select(c => new JsonOutput.CheckClass(c.Name, c.Train, c.Validation, c.Test))],
        [
            .. report.Findings.Select(finding => new JsonOutput.CheckFinding(
                finding.Kind.ToString(), finding.Severity.ToString(), finding.Files, OptionWords.Of(finding.Message),
                OptionWords.Of(finding.Remedy))),
        ],
        JsonOutput.DatasetLayout.Of(report.Layout));
}
