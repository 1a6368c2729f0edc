namespace TransferLearning.Heads;

/// <summary>How well a head did, with one strength of the penalty, on rows that it had not learned from.</summary>
/// <param name="Strength">The strength λ.</param>
/// <param name="Correct">The number of rows whose most probable class was right.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="LogLoss">The mean of −ln(probability of the right class).</param>
internal sealed record StrengthScore(double Strength, int Correct, int Rows, double LogLoss)
{
    /// <summary>The share of right rows.</summary>
    public double Accuracy => (double)Correct / Rows;
}
