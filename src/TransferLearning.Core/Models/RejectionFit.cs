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

    /// <summary>Chooses the thresholds.</summary>
    /// <param name="images">Validation images and others; they were not trained on.</param>
    /// <param name="precision">The share of what is accepted that should be right.</param>
    public static RejectionSummary Choose(IReadOnlyList<ScoredImage> images, double precision)
    {
        int ofClasses = Math.Max(1, images.Count(image => image.IsOfAClass)), others = images.Count(image => !image.IsOfAClass);
        var similar = Similar(images, ofClasses, others);
        var accepted = Confident(similar, precision);
        return new RejectionSummary
        {
            Threshold = similar.Count == 0 ? -1 : similar[^1].Similarity,
            Confidence = accepted.Count == similar.Count ? 0 : accepted[^1].Probability,
            Coverage = (double)accepted.Count(image => image.IsOfAClass) / ofClasses,
            Precision = accepted.Count == 0 ? 0 : (double)accepted.Count(image => image.IsRight) / accepted.Count,
            OthersRejected = others == 0 ? null : 1 - ((double)accepted.Count(image => !image.IsOfAClass) / others),
        };
    }

    /// <summary>
    /// The images above the threshold that separates other images best (the largest sum of known images accepted and others rejected);
    /// without any, the lowest one that rejects a usual share.
    /// </summary>
    private static List<ScoredImage> Similar(IReadOnlyList<ScoredImage> images, int ofClasses, int others)
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

        return ordered[..accepted];
    }

    /// <summary>
    /// The most images whose precision is as wanted, surely enough: the precision that happens to be reached somewhere among many
    /// thresholds is too high, so that the lower end of its one-standard-error interval counts. Where none reaches it, the most precise.
    /// </summary>
    private static List<ScoredImage> Confident(List<ScoredImage> similar, double precision)
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

        return ordered[..accepted];
    }
}
