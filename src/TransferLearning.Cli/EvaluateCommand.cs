using System.CommandLine;

namespace TransferLearning.Cli;

/// <summary><c>evaluate MODEL FOLDER</c>: evaluates a classifier on labelled images.</summary>
internal static class EvaluateCommand
{
    private static readonly ImageFolderOptions Whole = new() { ValidationFraction = 0, TestFraction = 0, ForTraining = false };

    public static Command Create()
    {
        var model = SharedOptions.Model();
        var source = new DatasetOptions();
        var split = ChoiceOption.Of(
            "--split",
            "The split of a folder with train, valid and test; auto: test if there is one, else valid, else all.",
            "auto",
            "train",
            "valid",
            "test",
            "all");
        var skip = SharedOptions.SkipUndecodable();
        var preprocessing = SharedOptions.Preprocessing();
        var json = SharedOptions.Json();
        var compare = new Option<string?>("--compare")
        {
            Description = "Also evaluate another classifier on the same images and test whether the two differ significantly.",
            HelpName = "MODEL",
        };
        var page = new Option<string?>("--report") { Description = "Also write a self-contained HTML report.", HelpName = "FILE.html" };
        var command = new Command("evaluate", "Evaluate a classifier on labelled images.")
        {
            model, split, skip, compare, page, preprocessing, json,
        };
        source.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(page) is { } report)
                OutputFile.RequireWritable(report, "--report");
            SharedOptions.IsFile(parsed.GetRequiredValue(model));
            return RunAsync(
                parsed.GetRequiredValue(model),
                parsed.GetValue(preprocessing),
                () => source.ReadAsync(parsed, Whole, parsed.GetValue(json), cancellationToken),
                parsed.GetRequiredValue(split),
                parsed.Undecodable(skip),
                parsed.GetValue(compare),
                parsed.GetValue(page),
                parsed.GetValue(json),
                cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        string model,
        string? preprocessing,
        Func<Task<ImageDataset>> read,
        string split,
        UndecodableImages undecodable,
        string? compare,
        string? page,
        bool json,
        CancellationToken cancellationToken)
    {
        var dataset = await read().ConfigureAwait(false);
        using var classifier = await SharedOptions.ReadClassifierAsync(model, preprocessing, cancellationToken).ConfigureAwait(false);
        var images = CommonClasses.Of(Choose(dataset, split), classifier.Labels, out string? notice);
        var evaluation = await DamagedImages.ListAllAsync(
            dataset, () => EvaluateAsync(classifier, images, undecodable, cancellationToken), cancellationToken).ConfigureAwait(false);
        var overlap = classifier.FindOverlap(evaluation);
        EvaluationResult? compared = null;
        if (compare is not null)
        {
            using var other = await SharedOptions.ReadClassifierAsync(
                compare, SharedOptions.IsFile(compare) ? preprocessing : null, cancellationToken).ConfigureAwait(false);
            compared = await EvaluateAsync(other, images, undecodable, cancellationToken).ConfigureAwait(false);
        }

        var test = compared is null ? null : evaluation.CompareWith(compared);
        if (page is not null)
        {
            var options = new HtmlReportOptions { Title = TitleOf(model, dataset, images), ComparedWith = compared };
            if (compare is not null)
                options = options with { ComparedName = NameOf(compare) };
            await WriteReportAsync(page, evaluation, classifier, options, cancellationToken).ConfigureAwait(false);
        }

        var report = evaluation.Report;
        var problems = ProblemList.Of(dataset, evaluation.Skipped);
        if (!json)
        {
            LayoutLines.Flush();
            Console.Out.WriteLine(report);
            if (notice is not null)
                Console.Out.WriteLine($"Note: {notice}");
            if (KnownOf(evaluation, classifier) is { } known)
                Console.Out.WriteLine(
                    $"Known: {Words.Share(known.Coverage)} of the images; accuracy on these {Words.Share(known.Accuracy)}");
            if (overlap?.Describe() is { } seen)
                Console.Out.WriteLine($"Note: {seen}");
            if (test is not null)
                Console.Out.WriteLine(Describe(test, compare!));
            ProblemList.Warn(problems);
            return ExitCode.Success;
        }

        int[] indices = [.. Enumerable.Range(0, report.Classes.Count)];
        JsonOutput.Print(new JsonOutput.Evaluate(
            report.Images,
            report.Accuracy,
            report.LogLoss,
            report.TopKAccuracy(5),
            [.. report.Classes.Select(c => new JsonOutput.ClassResult(c.Label, c.Precision, c.Recall, c.F1, c.Support))],
            [.. indices.Select(actual => indices.Select(predicted => report.ConfusionMatrix[actual, predicted]).ToArray())],
            [
                .. evaluation.Wrong.Select(wrong => new JsonOutput.WrongImage(
                    wrong.Path, wrong.Actual, wrong.Prediction.Label, wrong.Prediction.Probability)),
            ],
            problems,
            report.Calibration.ExpectedError,
            classifier.Training?.Temperature,
            test is null ? null : new JsonOutput.McNemar(test.OnlyFirst, test.OnlySecond, test.PValue),
            JsonOutput.DatasetLayout.Of(dataset.Layout),
            notice,
            overlap is null ? null : new JsonOutput.Overlap(overlap.Trained, overlap.Tuned, overlap.Unseen, overlap.UnseenAccuracy),
            KnownOf(evaluation, classifier)));
        return ExitCode.Success;
    }

    public static Task<EvaluationResult> EvaluateAsync(
        ImageClassifier classifier, LabeledImageSet images, UndecodableImages undecodable, CancellationToken cancellationToken) =>
        ProgressDisplay.RunAsync(progress => classifier.EvaluateAsync(images, undecodable, progress, cancellationToken));

    private static JsonOutput.KnownImages? KnownOf(EvaluationResult evaluation, ImageClassifier classifier)
    {
        if (classifier.Rejection is null)
            return null;
        var known = evaluation.Images.Where(image => image.Prediction.IsKnown).ToList();
        double right = known.Count == 0 ? 0 : (double)known.Count(image => image.IsRight) / known.Count;
        return new JsonOutput.KnownImages((double)known.Count / evaluation.Images.Count, right);
    }

    private static string Describe(McNemarTest test, string other) => FormattableString.Invariant(
        $"Compared with {other}: {Words.Count(test.OnlyFirst, "image")} correct only here, ") + FormattableString.Invariant(
        $"{Words.Count(test.OnlySecond, "image")} correct only there; McNemar's test p = {test.PValue:G3}.");

    /// <summary>The heading of a report: the model and the images, both without their folders.</summary>
    public static string TitleOf(string model, ImageDataset dataset, LabeledImageSet images) =>
        images.Name == dataset.All.Name ? $"{NameOf(model)} on {dataset.Name}" : $"{NameOf(model)} on {dataset.Name}, {images.Name}";

    public static Task<bool> WriteReportAsync(
        string page,
        EvaluationResult evaluation,
        ImageClassifier classifier,
        HtmlReportOptions options,
        CancellationToken cancellationToken) =>
        ProgressDisplay.RunAsync(async progress =>
        {
            await HtmlReport.WriteAsync(page, evaluation, classifier, options, progress, cancellationToken).ConfigureAwait(false);
            return true;
        });

    /// <summary>The name of a file, or that of a backbone.</summary>
    private static string NameOf(string model) => SharedOptions.IsFile(model) ? Path.GetFileName(model) : model;

    private static LabeledImageSet Choose(ImageDataset dataset, string split)
    {
        var chosen = split switch
        {
            "train" => dataset.Train,
            "valid" => dataset.Validation,
            "test" => dataset.Test,
            "all" => dataset.All,
            _ => dataset.Test.Count > 0 ? dataset.Test : dataset.Validation.Count > 0 ? dataset.Validation : dataset.All,
        };
        return chosen.Count > 0
            ? chosen
            : throw new DatasetException($"'{dataset.Name}' has no images in the split '{split}'; try --split all.");
    }
}
