namespace TransferLearning;

/// <summary>
/// The decision of <see cref="TransferAdvisor"/>: from measurements to a scenario. Pure arithmetic, so that each quadrant can be tested
/// without a network.
/// </summary>
internal static class AdviceRule
{
    /// <summary>The 95% point of the normal distribution: with it on both sides, a 90% interval.</summary>
    private const double Normal95 = 1.6448536269514722;

    private static readonly (double Least, double Most) FreezeOfLargeSimilar = (0.6, 0.8);
    private static readonly (double Least, double Most) FreezeOfSmallDifferent = (1.0 / 3, 1.0 / 2);

    /// <summary>Decides.</summary>
    /// <param name="depths">One measurement or more, the last one at the end of the backbone.</param>
    /// <param name="classCounts">The number of training images of each class in the whole data set.</param>
    /// <param name="options">What is large.</param>
    public static TransferAdvice Decide(IReadOnlyList<MeasuredDepth> depths, IReadOnlyList<int> classCounts, TransferAdvisorOptions options)
    {
        var end = depths[^1].Score;
        double[] general = LossesOfGeneralLayers(depths, classCounts);
        var (similarity, interval) = Similarity(end.Losses, general);
        int perClass = classCounts.Order().ElementAt((classCounts.Count - 1) / 2);
        bool isLarge = perClass >= options.LargeFrom;
        double largestClass = (double)classCounts.Max() / classCounts.Sum();
        // Where no depth beats always naming the largest class, nothing was measured that could speak for retraining.
        bool isOpen = depths.All(depth => ProportionInterval.Wilson(depth.Score.Correct, depth.Score.Rows).Lower <= largestClass);
        bool isSimilar = isOpen || interval.Upper >= TransferAdvisor.SimilarFrom;
        double freeze = end.Accuracy >= 1 - TransferAdvisor.NothingToGain
            ? 1
            : (isLarge, isSimilar) switch
            {
                (false, true) => 1,
                (true, true) => Within(FreezeOfLargeSimilar, UsefulDepth(depths)),
                (false, false) => Within(FreezeOfSmallDifferent, UsefulDepth(depths)),
                (true, false) => 0,
            };
        double expected = depths[^1].Curve is { } curve ? 1 - curve.ErrorWith(classCounts.Sum()) : end.Accuracy;
        var advice = new TransferAdvice
        {
            Scenario = freeze == 1 ? TransferScenario.FeatureExtraction : TransferScenario.FineTuning,
            Freeze = freeze,
            Similarity = similarity,
            SimilarityInterval = interval,
            IsSimilar = isSimilar,
            IsLarge = isLarge,
            ImagesPerClass = perClass,
            MeasuredImages = end.Rows,
            ExpectedAccuracy = expected,
            ExpectedAccuracyInterval = new ProportionInterval
            {
                // Whether more images gain what the fewer ones did is open, so the interval begins where they gain nothing.
                Lower = ProportionInterval.Wilson(end.Correct, end.Rows).Lower,
                Upper = ProportionInterval.Wilson((int)Math.Round(expected * end.Rows), end.Rows).Upper,
            },
            Depths =
            [
                .. depths.Select(depth => new DepthScore
                {
                    Depth = depth.Depth,
                    Tensor = depth.Tensor,
                    Features = depth.Features,
                    Accuracy = depth.Score.Accuracy,
                    LogLoss = depth.Score.LogLoss,
                }),
            ],
            Reason = string.Empty,
        };
        return advice with { Reason = AdviceReason.Of(advice, largestClass) };
    }

    /// <summary>
    /// The first depth that the measured images cannot tell from the best one (by the standard error of paired losses): the layers up to
    /// it are useful as they are, those after it are not.
    /// </summary>
    private static double UsefulDepth(IReadOnlyList<MeasuredDepth> depths)
    {
        double[] best = depths.MinBy(depth => depth.Score.LogLoss)!.Score.Losses;
        return depths.First(depth =>
        {
            double[] differences = [.. depth.Score.Losses.Zip(best, (loss, lowest) => loss - lowest)];
            return differences.Average() <= StandardError(differences);
        }).Depth;
    }

    /// <summary>
    /// The losses at the best of the depths before the specialised layers: the best and not the last one, because depths differ in the
    /// number of features too. A backbone without a cut there is compared with a head that knows only the shares of the classes.
    /// </summary>
    private static double[] LossesOfGeneralLayers(IReadOnlyList<MeasuredDepth> depths, IReadOnlyList<int> classCounts)
    {
        if (depths.Where(depth => depth.Depth <= TransferAdvisor.SpecializedFrom).MinBy(depth => depth.Score.LogLoss) is { } best)
            return best.Score.Losses;
        double total = classCounts.Sum();
        double entropy = classCounts.Where(count => count > 0).Sum(count => -count / total * Math.Log(count / total));
        return [.. depths[^1].Score.Losses.Select(_ => entropy)];
    }

    /// <summary>
    /// 1 − (mean loss at the end) / (mean loss of the general layers), and its interval by the usual standard error of a ratio of means of
    /// paired values (W. G. Cochran, Sampling Techniques, 3rd edition, 1977, 6.4).
    /// </summary>
    private static (double Similarity, ProportionInterval Interval) Similarity(double[] end, double[] general)
    {
        double mean = general.Average();
        if (mean <= 0)
            return (0, new ProportionInterval { Lower = 0, Upper = 1 });
        double ratio = end.Average() / mean;
        double error = StandardError([.. end.Zip(general, (last, before) => last - (ratio * before))]) / mean;
        return (Share(1 - ratio), new ProportionInterval
        {
            Lower = Share(1 - ratio - (Normal95 * error)),
            Upper = Share(1 - ratio + (Normal95 * error)),
        });
    }

    /// <summary>The standard error of a mean; infinite where one value says nothing about it.</summary>
    private static double StandardError(double[] values)
    {
        if (values.Length < 2)
            return double.PositiveInfinity;
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length);
    }

    private static double Share(double value) => Math.Clamp(value, 0, 1);

    private static double Within((double Least, double Most) range, double value) => Math.Clamp(value, range.Least, range.Most);
}
