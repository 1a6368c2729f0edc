namespace TransferLearning.MLNet;

/// <summary>A row of which nothing is read.</summary>
internal sealed class EmptyRow
{
}
