namespace TransferLearning;

/// <summary>An image with which thresholds are fitted.</summary>
/// <param name="Similarity">How similar it is to the training images.</param>
/// <param name="Probability">The probability of the class that is predicted for it.</param>
/// <param name="IsRight">Whether that is its class.</param>
/// <param name="IsOfAClass">Whether it is of one of the classes, not one of the other images.</param>
internal sealed record ScoredImage(double Similarity, double Probability, bool IsRight, bool IsOfAClass);

/// <summary>
/// Chooses the two thresholds of a classifier that calls images unknown: of the similarity, which tells images of the classes from others,
/// and of the probability, which tells right answers from wrong ones.
/// </summary>
internal static class RejectionFit
{
    /// <summary>The share of validation images that are similar enough where no other images are given.</summary>
    private const double UsualCoverage = 0.95;

    /// <summary>Chooses the thresholds that the options leave open, and counts what all of them do.</summary>
    /// <param name="images">Validation images and others; they were not trained on.</param>
    /// <param name="options">The share of what is accepted that should be right, or the thresholds themselves.</param>
    public static RejectionSummary Choose(IReadOnlyList<ScoredImage> images, RejectionOptions options)
    {
        int ofClasses = Math.Max(1, images.Count(image => image.IsOfAClass)), others = images.Count(image => !image.IsOfAClass);
        double threshold = options.Threshold ?? Similar(images, ofClasses, others);
        var similar = images.Where(image => image.Similarity >= threshold).ToList();
        var chosen = new RejectionSummary
        {
            Threshold = threshold, Confidence = options.Confidence ?? Confident(similar, options.Precision), Coverage = 1, Precision = 0,
        };
        var accepted = images.Where(image => chosen.Accepts(image.Similarity, image.Probability)).ToList();
        return chosen with
        {
            Coverage = (double)accepted.Count(image => image.IsOfAClass) / ofClasses,
            Precision = accepted.Count == 0 ? 0 : (double)accepted.Count(image => image.IsRight) / accepted.Count,
            OthersRejected = others == 0 ? null : 1 - ((double)accepted.Count(image => !image.IsOfAClass) / others),
        };
    }

    /// <summary>
    /// The threshold of the similarity that separates other images best (the largest sum of known images accepted and others rejected);
    /// without any, the lowest one that rejects a usual share.
    /// </summary>
    private static double Similar(IReadOnlyList<ScoredImage> images, int ofClasses, int others)
    {
        var ordered = images.OrderByDescending(image => image.Similarity).ToList();
        int known = 0, accepted = Math.Min(1, ordered.Count);
        double best = double.NegativeInfinity;
        for (int i = 0; i < ordered.Count; i++)
        {
            known += ordered[i].IsOfAClass ? 1 : 0;
            if (others == 0 && known > UsualCoverage * ofClasses)
                break;
            double separation = ((double)known / ofClasses) - ((i + 1.0 - known) / Math.Max(1, others));
            if (separation >= best)
                (best, accepted) = (separation, i + 1);
        }

        return accepted == 0 ? -1 : Between(ordered, accepted, image => image.Similarity);
    }

    /// <summary>
    /// The probability that leaves the most images whose precision is as wanted, surely enough: the precision that happens to be reached
    /// somewhere among many thresholds is too high, so that the lower end of its one-standard-error interval counts. Where none reaches
    /// it, the most precise.
    /// </summary>
    private static double Confident(List<ScoredImage> similar, double precision)
    {
        var ordered = similar.OrderByDescending(image => image.Probability).ToList();
        int right = 0, accepted = 0;
        (bool Reaches, double Value) best = (false, double.NegativeInfinity);
        for (int i = 0; i < ordered.Count; i++)
        {
            right += ordered[i].IsRight ? 1 : 0;
            if (i + 1 < ordered.Count && ordered[i + 1].Probability == ordered[i].Probability)
                continue;
            double lower = ProportionInterval.Wilson(right, i + 1, deviations: 1).Lower;
            var value = lower >= precision ? (true, i) : (false, lower);
            if (value.CompareTo(best) >= 0)
                (best, accepted) = (value, i + 1);
        }

        return accepted == ordered.Count ? 0 : Between(ordered, accepted, image => image.Probability);
    }

    /// <summary>
    /// A threshold between the last accepted value and the next one: at the value itself the last bits would decide, and they depend on
    /// which images are computed together.
    /// </summary>
    private static double Between(List<ScoredImage> ordered, int accepted, Func<ScoredImage, double> value) =>
        accepted == ordered.Count ? value(ordered[^1]) : (value(ordered[accepted - 1]) + value(ordered[accepted])) / 2;
}
