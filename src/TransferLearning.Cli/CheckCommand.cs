using System.CommandLine;

namespace TransferLearning.Cli;

/// <summary><c>check FOLDER</c>: finds problems of a folder of images before training.</summary>
internal static class CheckCommand
{
    private const int MostSuspects = 20;

    private static readonly ImageFolderOptions Undivided = new() { ValidationFraction = 0 };

    public static Command Create()
    {
        var dataset = new DatasetOptions();
        var backbone = new Option<string?>("--backbone", "--model")
        {
            Description =
                "Also list the images whose labels the features of all others contradict, by this network: a name of the catalog, an " +
                "ONNX file, or a trained classifier.",
            HelpName = "NAME|FILE.onnx",
        };
        var page = new Option<string?>("--page")
        {
            Description = "With --backbone: write the suspected images to an HTML page.", HelpName = "FILE.html",
        };
        var json = SharedOptions.Json();
        var command = new Command(
            "check", "Find problems before training: damaged images, duplicates, leaks between splits, empty classes. Exit code 1 if any.")
        {
            backbone, page, json,
        };
        dataset.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            dataset, parsed, parsed.GetValue(backbone), parsed.GetValue(page), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        DatasetOptions given, ParseResult parsed, string? backbone, string? page, bool json, CancellationToken cancellationToken)
    {
        if (page is not null)
            OutputFile.RequireWritable(page, "--page");
        var folder = given.WithGiven(new ImageFolderOptions(), parsed);
        var options = new DatasetCheckOptions { Folder = folder };
        var table = given.HasTable(parsed)
            ? await given.ReadAsync(parsed, Undivided, json: true, cancellationToken).ConfigureAwait(false)
            : null;
        var report = await ProgressDisplay.RunAsync(progress => table is null
            ? DatasetDoctor.CheckAsync(given.Folder(parsed), options, progress, cancellationToken)
            : DatasetDoctor.CheckAsync(table, options, progress, cancellationToken)).ConfigureAwait(false);
        var review = backbone is null
            ? null
            : await ReviewAsync(table, given, parsed, backbone, page, cancellationToken).ConfigureAwait(false);
        if (json)
        {
            JsonOutput.Print(Describe(report) with { Suspects = review?.Suspects });
            return report.HasErrors ? ExitCode.FoundErrors : ExitCode.Success;
        }

        Console.Out.Write(OptionWords.Of(report.ToString()));
        if (review is not null)
            Print(review);
        return report.HasErrors ? ExitCode.FoundErrors : ExitCode.Success;
    }

    private static async Task<LabelReview> ReviewAsync(
        ImageDataset? table,
        DatasetOptions given,
        ParseResult parsed,
        string backbone,
        string? page,
        CancellationToken cancellationToken)
    {
        var dataset = table ?? await given.ReadAsync(parsed, Undivided, json: true, cancellationToken).ConfigureAwait(false);
        var learner = TransferLearner.From(SharedOptions.ReadBackbone(backbone, null));
        var review = await ProgressDisplay.RunAsync(
            progress => learner.ReviewLabelsAsync(dataset, 0, progress, cancellationToken)).ConfigureAwait(false);
        if (page is not null)
            LabelReviewPage.Write(page, dataset.Name, review.Suspects, cancellationToken);
        return review;
    }

    private static void Print(LabelReview review)
    {
        Console.Out.WriteLine();
        Console.Out.WriteLine(
            $"Labels to check: {review.Suspects.Count} of {Words.Count(review.Images, "image")}, most contradicted first");
        foreach (var suspect in review.Suspects.Take(MostSuspects))
        {
            Console.Out.WriteLine($"  {suspect.Path}: labelled '{suspect.Label}' ({Words.Share(suspect.LabelProbability)}), rather " +
                $"'{suspect.Suggested}' ({Words.Share(suspect.SuggestedProbability)})");
        }

        if (review.Suspects.Count > MostSuspects)
            Console.Out.WriteLine($"  and {review.Suspects.Count - MostSuspects} more; --page FILE.html and --json show all of them");
    }

    private static JsonOutput.Check Describe(DatasetReport report) => new(
        report.Name,
        report.Images,
        report.HasErrors,
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
