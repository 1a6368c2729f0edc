using System.CommandLine;

namespace TransferLearning.Cli;

/// <summary><c>check FOLDER</c>: finds problems of a folder of images before training.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var folder = SharedOptions.Dataset();
        var json = SharedOptions.Json();
        var command = new Command(
            "check", "Find problems before training: damaged images, duplicates, leaks between splits, empty classes. Exit code 1 if any.")
        {
            folder, json,
        };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetRequiredValue(folder), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string folder, bool json, CancellationToken cancellationToken)
    {
        var report = await ProgressDisplay.RunAsync(progress => DatasetDoctor.CheckAsync(
            folder, progress: progress, cancellationToken: cancellationToken)).ConfigureAwait(false);
        if (json)
            JsonOutput.Print(Describe(report));
        else
            Console.Out.Write(report.ToString());
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
                finding.Kind.ToString(), finding.Severity.ToString(), finding.Files, finding.Message, finding.Remedy)),
        ]);
}
