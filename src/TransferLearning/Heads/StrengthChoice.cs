namespace TransferLearning.Heads;

/// <summary>Chooses the strength of the penalty.</summary>
internal static class StrengthChoice
{
    /// <summary>The strength with the lowest log-loss; of equal ones the strongest.</summary>
    public static StrengthScore Best(IReadOnlyList<StrengthScore> scores) => scores.MinBy(score => score.LogLoss)!;
}
