using System.CommandLine;

namespace TransferLearning.Cli;

/// <summary><c>evaluate MODEL FOLDER</c>: how good a classifier is on labelled images.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "A classifier that train has written, an ONNX backbone, or the name of a backbone of the catalog." }.RefuseOptionLike();
        var folder = new Argument<string>("folder") { Description = "A folder with one sub-folder for each class, or with train, valid and test." }.RefuseOptionLike();
        var split = ChoiceOption.Of(
            "--split", "Which part of a folder with train, valid and test: auto takes test, else valid, else all.", "auto", "train", "valid", "test", "all");
        var skip = new Option<bool>("--skip-undecodable") { Description = "Leave out images that cannot be decoded, and list them, instead of stopping." };
        var preprocessing = SharedOptions.Preprocessing();
        var json = SharedOptions.Json();
        var compare = new Option<string?>("--compare") { Description = "Say whether another classifier differs on the same images by more than chance.", HelpName = "MODEL" };
        var page = new Option<string?>("--report") { Description = "Also write an HTML report to look at: one file that loads nothing.", HelpName = "FILE.html" };
        var command = new Command("evaluate", "Measure a classifier on labelled images.") { model, folder, split, skip, compare, page, preprocessing, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(model),
            parsed.GetValue(preprocessing),
            parsed.GetRequiredValue(folder),
            parsed.GetRequiredValue(split),
            parsed.GetValue(skip),
            parsed.GetValue(compare),
            parsed.GetValue(page),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string model,
        string? preprocessing,
        string folder,
        string split,
        bool skip,
        string? compare,
        string? page,
        bool json,
        CancellationToken cancellationToken)
    {
        if (page is not null)
            OutputFile.RequireWritable(page, "--report");
        var dataset = ImageDataset.FromFolder(folder, new ImageFolderOptions { ValidationFraction = 0, TestFraction = 0, ForTraining = false }, cancellationToken);
        var images = Choose(dataset, split);
        using var classifier = await SharedOptions.ReadClassifierAsync(model, preprocessing, cancellationToken).ConfigureAwait(false);
        var evaluation = await EvaluateAsync(classifier, images, skip, cancellationToken).ConfigureAwait(false);
        McNemarTest? test = null;
        if (compare is not null)
        {
            using var other = await SharedOptions.ReadClassifierAsync(
                compare, SharedOptions.IsFile(compare) ? preprocessing : null, cancellationToken).ConfigureAwait(false);
            test = evaluation.CompareWith(await EvaluateAsync(other, images, skip, cancellationToken).ConfigureAwait(false));
        }

        if (page is not null)
            await WriteReportAsync(page, evaluation, classifier, cancellationToken).ConfigureAwait(false);
        var report = evaluation.Report;
        var problems = ProblemList.Of(dataset, evaluation.Skipped);
        if (!json)
        {
            Console.Out.WriteLine(report);
            if (test is not null)
                Console.Out.WriteLine(Describe(test, compare!));
            ProblemList.Warn(problems);
            return ExitCode.Success;
        }

        int classes = report.Classes.Count;
        JsonOutput.Print(new JsonOutput.Evaluate(
            report.Images,
            report.Accuracy,
            report.LogLoss,
            report.TopKAccuracy(5),
            [.. report.Classes.Select(c => new JsonOutput.ClassResult(c.Label, c.Precision, c.Recall, c.F1, c.Support))],
            [.. Enumerable.Range(0, classes).Select(actual => Enumerable.Range(0, classes).Select(predicted => report.ConfusionMatrix[actual, predicted]).ToArray())],
            [.. evaluation.Wrong.Select(wrong => new JsonOutput.WrongImage(wrong.Path, wrong.Actual, wrong.Prediction.Label, wrong.Prediction.Probability))],
            problems,
            report.Calibration.ExpectedError,
            classifier.Training?.Temperature,
            test is null ? null : new JsonOutput.McNemar(test.OnlyFirst, test.OnlySecond, test.PValue)));
        return ExitCode.Success;
    }

    private static Task<EvaluationResult> EvaluateAsync(ImageClassifier classifier, LabeledImageSet images, bool skip, CancellationToken cancellationToken) =>
        ProgressDisplay.RunAsync(progress => classifier.EvaluateAsync(
            images, skip ? UndecodableImages.Skip : UndecodableImages.Throw, progress, cancellationToken));

    private static string Describe(McNemarTest test, string other) => FormattableString.Invariant(
        $"Against {other}: {test.OnlyFirst} images only this one gets right, {test.OnlySecond} only the other; McNemar's p = {test.PValue:G3}.");

    private static Task<bool> WriteReportAsync(string page, EvaluationResult evaluation, ImageClassifier classifier, CancellationToken cancellationToken) =>
        ProgressDisplay.RunAsync(async progress =>
        {
            await HtmlReport.WriteAsync(page, evaluation, classifier, progress: progress, cancellationToken: cancellationToken).ConfigureAwait(false);
            return true;
        });

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
        return chosen.Count > 0 ? chosen : throw new DatasetException($"'{dataset.Name}' has no images in the split '{split}'; try --split all.");
    }
}
