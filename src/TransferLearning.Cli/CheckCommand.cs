using System.CommandLine;

namespace TransferLearning.Cli;

/// <summary><c>check FOLDER</c>: what is wrong with a folder of images, before one learns from it.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "A folder with one sub-folder for each class, or with train, valid and test." }.RefuseOptionLike();
        var json = SharedOptions.Json();
        var command = new Command("check", "Look for what would spoil training: damaged images, duplicates, leaks between splits, empty classes. Exit code 1 when there is such a thing.") { folder, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(folder), parsed.GetValue(json), cancellationToken));
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
        report.Sizes is { } sizes
            ? new JsonOutput.CheckSizes(sizes.MinWidth, sizes.MedianWidth, sizes.MaxWidth, sizes.MinHeight, sizes.MedianHeight, sizes.MaxHeight)
            : null,
        [.. report.Classes.Select(c => new JsonOutput.CheckClass(c.Name, c.Train, c.Validation, c.Test))],
        [
            .. report.Findings.Select(finding => new JsonOutput.CheckFinding(
                finding.Kind.ToString(), finding.Severity.ToString(), finding.Files, finding.Message, finding.Remedy)),
        ]);
}
