namespace TransferLearning;

/// <summary>Training cannot pass through a node of the network. The message names it and the freeze points that leave it frozen.</summary>
public sealed class UntrainableNodeException : OnnxGraphException
{
    internal UntrainableNodeException(
        NodeIdentity node, string reason, IReadOnlyList<string>? freezePoints = null, Exception? cause = null)
        : base($"Training cannot pass through {node.Description}: {reason}. {Remedy(freezePoints ?? [])}", cause)
    {
        Identity = node;
        Reason = reason;
        FreezePoints = freezePoints ?? [];
    }

    /// <summary>The node and its operator in words.</summary>
    public string Node => Identity.Description;

    /// <summary>Why no gradient passes.</summary>
    public string Reason { get; }

    /// <summary>
    /// Layers from which on training was tried and works, the nearest first: arguments of <see cref="FreezePoint.From"/>. Empty where only
    /// the head can be trained.
    /// </summary>
    public IReadOnlyList<string> FreezePoints { get; }

    /// <summary>Where the node is.</summary>
    internal NodeIdentity Identity { get; }

    private static string Remedy(IReadOnlyList<string> freezePoints) => freezePoints.Count == 0
        ? $"Freeze the backbone with {nameof(FreezePoint)}.{nameof(FreezePoint.All)}, so that only the head is trained."
        : "Freeze everything before a later layer, so that the node needs no gradient: "
            + string.Join(" or ", freezePoints.Select(layer => $"{nameof(FreezePoint)}.{nameof(FreezePoint.From)}(\"{layer}\")")) + ".";
}

/// <summary>A node as messages name it, and one of the tensors it makes.</summary>
internal sealed record NodeIdentity(string Description, string Output);
