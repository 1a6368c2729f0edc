using System.Text;

namespace TransferLearning;

/// <summary>
/// Writes an evaluation as one HTML file: metrics, worst errors, confusion matrix, classes, calibration, training curves and model card.
/// The file is self-contained and loads nothing.
/// </summary>
/// <remarks>Safe for use from many threads.</remarks>
public static class HtmlReport
{
    /// <summary>A matrix of more classes is unreadable.</summary>
    private const int MostClassesOfMatrix = 60;

    private const int ConfusionsListed = 50;

    private static readonly double[] Thresholds = [0, .1, .2, .3, .4, .5, .55, .6, .65, .7, .75, .8, .85, .9, .95, .98, .99];

    /// <summary>Writes the report; an existing file is replaced as a whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="evaluation">The result of <see cref="ImageClassifier.EvaluateAsync"/>; its images must still exist.</param>
    /// <param name="classifier">The classifier that was evaluated.</param>
    /// <param name="options">The contents of the report; null for the defaults.</param>
    /// <param name="progress">Receives the number of drawn images.</param>
    /// <param name="cancellationToken">Cancels the work between two images.</param>
    /// <exception cref="ArgumentException">The options are out of range; the message lists all errors.</exception>
    /// <exception cref="IOException">The file cannot be written; the previous one is intact.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied; the previous one is intact.</exception>
    public static async Task WriteAsync(
        string path,
        EvaluationResult evaluation,
        ImageClassifier classifier,
        HtmlReportOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(evaluation);
        ArgumentNullException.ThrowIfNull(classifier);
        options ??= HtmlReportOptions.Default;
        OptionErrors.ThrowIfAny(options);

        // Drawing is CPU-bound, so it runs on a thread of the pool.
        await Task.Run(
            () =>
            {
                var data = Collect(evaluation, classifier, options, DateTimeOffset.UtcNow, progress, cancellationToken);
                AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(ReportPage.Render(data))));
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static ReportData Collect(
        EvaluationResult evaluation,
        ImageClassifier classifier,
        HtmlReportOptions options,
        DateTimeOffset created,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        var report = evaluation.Report;
        var labels = classifier.Labels;
        var metadata = ModelMetadata.Read(classifier.ToOnnx(), "classifier");
        var notes = new List<string>();
        var paths = new ReportPaths(evaluation.Images.Select(image => image.Path));
        var images = Draw(evaluation, classifier, options, paths, notes, progress, cancellationToken);
        string dataHash = ReportImages.HashOf(evaluation.Images, labels);
        bool hasMatrix = labels.Count <= MostClassesOfMatrix;
        return new ReportData
        {
            Title = options.Title ?? $"{metadata.Title ?? classifier.Training?.Backbone ?? "A classifier"} on {evaluation.Name}",
            Subtitle = FormattableString.Invariant($"{report.Images} images of {labels.Count} classes, {created:yyyy-MM-dd HH:mm} UTC"),
            Classes = labels,
            Summary = Summarize(report),
            Conclusions =
            [
                .. ReportConclusions.Of(evaluation, classifier.FindOverlap(evaluation), classifier.Training)
                    .Select(known => known with { Images = [.. known.Images.Select(paths.Of)] }),
            ],
            Comparison = Compare(evaluation, options),
            Unknown = Unknown(evaluation, classifier.Rejection),
            PerClass = report.Classes,
            Averages = [Row("macro average", report.MacroAverage, report), Row("weighted average", report.WeightedAverage, report)],
            Matrix = hasMatrix ? Matrix(report.ConfusionMatrix) : null,
            Confusions = hasMatrix ? [] : Confusions(evaluation),
            Images = images,
            Bins = report.Calibration.Bins,
            Rejection = [.. Thresholds.Select(report.Calibration.RejectBelow)],
            History = classifier.Training?.History ?? [],
            Start = classifier.Training?.Start,
            BestEpoch = classifier.Training?.BestEpoch,
            HeldOut = classifier.Training?.HeldOutImages ?? 0,
            Card = [.. ModelCard.Of(classifier, metadata, dataHash, created).Select(e => e with { Value = paths.In(e.Value) })],
            Skipped = [.. evaluation.Skipped.Select(paths.In)],
            Notes = notes,
        };
    }

    private static List<ReportImage> Draw(
        EvaluationResult evaluation,
        ImageClassifier classifier,
        HtmlReportOptions options,
        ReportPaths paths,
        List<string> notes,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        int explained = Math.Min(options.Explanations, Math.Min(options.MaxImages, evaluation.Wrong.Count));
        using var gradCam = explained > 0 ? Prepare(classifier, notes) : null;
        var images = new List<ReportImage>();
        var chosen = ReportImages.Choose(evaluation, options.MaxImages);
        foreach (var image in chosen)
        {
            cancellationToken.ThrowIfCancellationRequested();
            images.Add(ReportImages.Describe(
                image,
                paths.Of(image.Path),
                images.Count < options.MaxImages ? options : null,
                images.Count < explained ? gradCam : null));
            progress?.Report(new TransferProgress(TransferStage.Draw, images.Count, chosen.Count));
        }

        return images;
    }

    /// <summary>A network without explanations still gets a report.</summary>
    private static GradCam? Prepare(ImageClassifier classifier, List<string> notes)
    {
        try
        {
            return new GradCam(classifier);
        }
        catch (Exception error) when (error is OnnxGraphException or DeviceException)
        {
            notes.Add($"The errors are without explanations: {error.Message}");
            return null;
        }
    }

    private static ReportSummary Summarize(ClassificationReport report)
    {
        int[] ranks = report.Classes.Count > 5 ? [2, 5] : report.Classes.Count > 2 ? [2] : [];
        var interval = report.AccuracyInterval;
        return new ReportSummary(
            report.Images,
            report.Correct,
            report.Accuracy,
            interval.Lower,
            interval.Upper,
            report.LogLoss,
            Math.Log(report.Classes.Count),
            report.Calibration.ExpectedError,
            [.. ranks.Select(k => new ReportTop(k, report.TopKAccuracy(k)))]);
    }

    private static ReportComparison? Compare(EvaluationResult evaluation, HtmlReportOptions options)
    {
        if (options.ComparedWith is not { } other)
            return null;
        var test = evaluation.CompareWith(other);
        var interval = other.Report.AccuracyInterval;
        return new ReportComparison(
            options.ComparedName,
            other.Report.Accuracy,
            interval.Lower,
            interval.Upper,
            test.OnlyFirst,
            test.OnlySecond,
            test.PValue,
            [.. evaluation.Report.Classes.Select(known => other.Report.Classes.FirstOrDefault(c => c.Label == known.Label)?.Recall ?? 0)]);
    }

    private static ReportUnknown? Unknown(EvaluationResult evaluation, RejectionSummary? rejection)
    {
        if (rejection is null)
            return null;
        int known = evaluation.Images.Count(image => image.Prediction.IsKnown);
        int right = evaluation.Images.Count(image => image.Prediction.IsKnown && image.IsRight);
        return new ReportUnknown(
            rejection.Threshold, rejection.Confidence, known, known == 0 ? null : (double)right / known, rejection.OthersRejected);
    }

    private static ClassMetrics Row(string name, AverageMetrics average, ClassificationReport report) => new()
    {
        Label = name,
        Precision = average.Precision,
        Recall = average.Recall,
        F1 = average.F1,
        Support = report.Images,
    };

    private static int[][] Matrix(ConfusionMatrix matrix) =>
    [
        .. Enumerable.Range(0, matrix.Classes.Count)
            .Select(actual => Enumerable.Range(0, matrix.Classes.Count).Select(predicted => matrix[actual, predicted]).ToArray()),
    ];

    private static ReportConfusion[] Confusions(EvaluationResult evaluation) =>
    [
        .. evaluation.Images.Where(image => !image.IsRight)
            .CountBy(image => (image.ActualIndex, image.Prediction.LabelIndex))
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key)
            .Take(ConfusionsListed)
            .Select(pair => new ReportConfusion(pair.Key.ActualIndex, pair.Key.LabelIndex, pair.Value)),
    ];
}
