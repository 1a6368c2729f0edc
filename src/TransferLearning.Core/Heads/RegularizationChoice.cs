namespace TransferLearning;

/// <summary>Chooses the strength of the penalty by the losses of held-out rows.</summary>
/// <remarks>
/// The one-standard-error rule (L. Breiman et al., Classification and Regression Trees, 1984; T. Hastie et al., The Elements of Statistical
/// Learning, 2nd edition, 7.10) on paired differences: of the strengths that the rows cannot tell from the best one, the strongest. The
/// log-loss decides, not the accuracy: a hundred rows cannot tell accuracies apart, and the strength with the most right rows has a clearly
/// worse log-loss on further rows without being right more often (docs/adr/0002-linear-head-optimiser.md).
/// </remarks>
internal static class RegularizationChoice
{
    /// <summary>The strongest whose mean loss is over the lowest one by no more than the standard error of that difference.</summary>
    /// <param name="scores">One score or more.</param>
    public static RegularizationScore Best(IReadOnlyList<RegularizationScore> scores)
    {
        var lowest = scores.MinBy(score => score.LogLoss)!;
        return scores.Where(score => score == lowest || IsAsGood(score.Losses, lowest.Losses)).MaxBy(score => score.Strength)!;
    }

    /// <summary>Whether losses are higher on average by no more than one standard error of the paired differences.</summary>
    /// <param name="losses">The losses.</param>
    /// <param name="lowest">The losses of the best one, of the same rows.</param>
    public static bool IsAsGood(double[] losses, double[] lowest)
    {
        int n = losses.Length;
        double mean = 0;
        for (int i = 0; i < n; i++)
            mean += (losses[i] - lowest[i]) / n;
        double squares = 0;
        for (int i = 0; i < n; i++)
        {
            double deviation = losses[i] - lowest[i] - mean;
            squares += deviation * deviation;
        }

        return n > 1 && mean <= Math.Sqrt(squares / (n - 1) / n);
    }
}
