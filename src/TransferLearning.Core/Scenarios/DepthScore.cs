namespace TransferLearning;

/// <summary>How well the classes can be told apart by the features at one depth of a backbone.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record DepthScore
{
    /// <summary>The share of the layers with weights up to this depth, above 0 and up to 1.</summary>
    public required double Depth { get; init; }

    /// <summary>The tensor whose maps, each averaged, are the features at this depth.</summary>
    public required string Tensor { get; init; }

    /// <summary>The number of features.</summary>
    public required int Features { get; init; }

    /// <summary>The cross-validated accuracy of a linear head on these features, 0 to 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The cross-validated mean log-loss of that head in nats, 0 or more.</summary>
    public required double LogLoss { get; init; }
}
