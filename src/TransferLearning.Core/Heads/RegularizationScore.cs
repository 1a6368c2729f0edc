namespace TransferLearning;

/// <summary>How well a head did, with one strength of the penalty, on held-out rows.</summary>
/// <param name="Strength">The strength λ.</param>
/// <param name="Correct">The number of rows whose most probable class was right.</param>
/// <param name="Losses">−ln(probability of the right class) for each row, in the same order for all strengths.</param>
internal sealed record RegularizationScore(double Strength, int Correct, double[] Losses)
{
    /// <summary>The number of rows.</summary>
    public int Rows => Losses.Length;

    /// <summary>The share of right rows.</summary>
    public double Accuracy => (double)Correct / Rows;

    /// <summary>The mean loss.</summary>
    public double LogLoss { get; } = Losses.Average();
}
