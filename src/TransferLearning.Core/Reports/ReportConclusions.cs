using System.Globalization;

namespace TransferLearning;

/// <summary>What a person should conclude from an evaluation, in sentences, most important first.</summary>
internal static class ReportConclusions
{
    /// <summary>The share of images at a high probability that may be wrong where the probabilities are still believed.</summary>
    private const double RareError = 0.1;

    private const float HighProbability = 0.9f;
    private const int MostConfusions = 3;
    private const int MostClasses = 3;
    private const int MostLabels = 12;
    private const int FewImages = 10;

    /// <summary>The conclusions.</summary>
    /// <param name="evaluation">The evaluation.</param>
    /// <param name="overlap">How many of the images the classifier knows from its training; null if that is not known.</param>
    /// <param name="training">How it was trained; null if that is not known.</param>
    public static IReadOnlyList<ReportConclusion> Of(EvaluationResult evaluation, TrainingOverlap? overlap, TrainingSummary? training)
    {
        var report = evaluation.Report;
        var conclusions = new List<ReportConclusion>();
        if (overlap?.Describe() is { } seen)
            conclusions.Add(new(Capital(seen), "Evaluate on images that played no part in training; the figures below count all images."));
        if (Chance(report) is { } chance)
            conclusions.Add(chance);
        conclusions.AddRange(Confusions(report));
        if (WeakClasses(report) is { } weak)
            conclusions.Add(weak);
        if (Labels(evaluation) is { } labels)
            conclusions.Add(labels);
        if (Fit(report, training) is { } fit)
            conclusions.Add(fit);
        if (Calibration(report) is { } calibration)
            conclusions.Add(calibration);
        if (Uncertainty(report) is { } uncertainty)
            conclusions.Add(uncertainty);
        if (report.Correct == report.Images)
            conclusions.Insert(0, new("All images are classified correctly.", "Try images from other days, places and cameras."));
        return conclusions;
    }

    /// <summary>Whether the classifier is better than the same answer for every image.</summary>
    private static ReportConclusion? Chance(ClassificationReport report)
    {
        var largest = report.Classes.MaxBy(known => known.Support)!;
        double share = (double)largest.Support / report.Images;
        if (report.Classes.Count(known => known.Support > 0) < 2 || report.AccuracyInterval.Lower > share)
            return null;
        return new(
            $"The classifier may be no better than a constant answer: always '{largest.Label}' would be right for {Percent(share)}.",
            "Check that the images and the preprocessing are those of the training; then train on more images, or fine-tune the network.");
    }

    private static IEnumerable<ReportConclusion> Confusions(ClassificationReport report)
    {
        var matrix = report.ConfusionMatrix;
        var mistakes =
            from a in Enumerable.Range(0, report.Classes.Count)
            from b in Enumerable.Range(0, a)
            let count = matrix[a, b] + matrix[b, a]
            where count >= 2
            orderby count descending, b, a
            select matrix[b, a] >= matrix[a, b] ? (From: b, To: a) : (From: a, To: b);
        var listed = mistakes.Take(MostConfusions).ToList();
        foreach (var (from, to) in listed)
        {
            var (first, second) = (report.Classes[from], report.Classes[to]);
            string back = matrix[to, from] == 0
                ? "never the other way round"
                : $"the other way round for {Some(matrix[to, from], second.Support)}";
            yield return new(
                $"'{first.Label}' is taken for '{second.Label}' in {Some(matrix[from, to], first.Support)} images, {back}.",
                (from, to) != listed[^1]
                    ? ""
                    : "Select the number in the confusion matrix to see the images. Add training images that show the difference, or " +
                        "join the classes where it does not matter.");
        }
    }

    /// <summary>The classes that are found significantly less often than the average image.</summary>
    private static ReportConclusion? WeakClasses(ClassificationReport report)
    {
        string[] weak =
        [
            .. report.Classes.Index()
                .Where(known => known.Item.Support > 0)
                .Select(known => (known.Item, Upper: ProportionInterval.Wilson(
                    report.ConfusionMatrix[known.Index, known.Index], known.Item.Support).Upper))
                .Where(known => known.Upper < report.Accuracy)
                .OrderBy(known => known.Item.Recall)
                .Take(MostClasses)
                .Select(known => $"'{known.Item.Label}' ({Percent(known.Item.Recall)} of {known.Item.Support})"),
        ];
        return weak.Length == 0
            ? null
            : new($"Found least often: {string.Join(", ", weak)}.", "Add training images of these classes first.");
    }

    /// <summary>
    /// Errors with high probability are wrong labels where high probabilities are otherwise right, and overconfidence where they are not.
    /// </summary>
    private static ReportConclusion? Labels(EvaluationResult evaluation)
    {
        int sure = evaluation.Images.Count(image => image.Prediction.Probability >= HighProbability);
        var wrong = evaluation.Wrong.Where(image => image.Prediction.Probability >= HighProbability).ToList();
        if (wrong.Count == 0)
            return null;
        string share = $"{Some(wrong.Count, sure)} images that get {Percent(HighProbability)} or more";
        return (double)wrong.Count / sure <= RareError
            ? new(
                $"Only {share} contradict their label.",
                "Check the labels of these images first: some may be wrong.")
                { Images = [.. wrong.Take(MostLabels).Select(image => image.Path)] }
            : new($"{Capital(share)} are wrong: high probabilities cannot be trusted.", "Calibrate on validation images, or add some.");
    }

    private static ReportConclusion? Fit(ClassificationReport report, TrainingSummary? training) => training?.TrainingAccuracy switch
    {
        null => null,
        { } known when known > report.AccuracyInterval.Upper + 0.1 => new(
            $"Training images are classified much better than these ({Percent(known)} against {Percent(report.Accuracy)}).",
            "More or more varied training images help most; augmentation and stronger regularization help a little."),
        < 0.8 and { } low => new(
            $"Even training images are often wrong ({Percent(low)} are right).",
            "A larger backbone or fine-tuning helps more than further images."),
        _ => null,
    };

    private static ReportConclusion? Calibration(ClassificationReport report)
    {
        double confidence = report.Calibration.Bins.Sum(bin => bin.Images * bin.Confidence) / report.Images;
        if (report.Images < 100 || Math.Abs(confidence - report.Accuracy) < 0.08)
            return null;
        string direction = confidence > report.Accuracy ? "high" : "low";
        return new(
            $"The probabilities are too {direction}: {Percent(confidence)} on average, while {Percent(report.Accuracy)} are right.",
            "Do not use them as thresholds before they are calibrated on validation images.");
    }

    private static ReportConclusion? Uncertainty(ClassificationReport report)
    {
        var interval = report.AccuracyInterval;
        string[] few =
            [.. report.Classes.Where(known => known.Support is > 0 and < FewImages).Select(known => $"'{known.Label}' ({known.Support})")];
        if (interval.Upper - interval.Lower < 0.1 && few.Length == 0)
            return null;
        string classes = few.Length == 0
            ? ""
            : $" There are fewer than {FewImages} images of {string.Join(", ", few)}.";
        return new(
            $"With {report.Images} images the accuracy is known to {Percent(interval.Lower)} to {Percent(interval.Upper)} only.{classes}",
            "Evaluate on more images before you compare classifiers.");
    }

    private static string Capital(string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];

    private static string Some(int part, int whole) =>
        string.Create(CultureInfo.InvariantCulture, $"{part} of {whole} ({Percent(whole == 0 ? 0 : (double)part / whole)})");

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.#}%");
}
