namespace TransferLearning;

/// <summary>What a backward pass that goes on after errors has found.</summary>
internal sealed class TrainingObstacles
{
    /// <summary>The nodes that no gradient passes, the last of the network first.</summary>
    public List<UntrainableNodeException> Nodes { get; } = [];

    /// <summary>The weights that no gradient reaches.</summary>
    public HashSet<string> Unreached { get; } = new(StringComparer.Ordinal);
}
