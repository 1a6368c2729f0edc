namespace TransferLearning.Benchmarks.Measuring;

/// <summary>How long a measurement may take.</summary>
/// <param name="Quick">True for a first look: fewer rounds of fewer images.</param>
internal sealed record Effort(bool Quick)
{
    /// <summary>The rounds that count.</summary>
    public int Rounds => Quick ? 5 : 9;

    /// <summary>A number that a quick look makes smaller.</summary>
    public int Of(int usual, int quick) => Quick ? quick : usual;
}
