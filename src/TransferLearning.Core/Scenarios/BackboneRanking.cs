namespace TransferLearning;

/// <summary>Backbones compared on a data set.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record BackboneRanking
{
    /// <summary>The backbones, the one with the highest accuracy first.</summary>
    public required IReadOnlyList<BackboneRank> Ranks { get; init; }

    /// <summary>
    /// The backbone to take: the fastest of those that the images cannot tell from the best one, which has the lowest log-loss. Those are
    /// the ones whose log-loss is higher by no more than one standard error of the paired difference.
    /// </summary>
    public required BackboneRank Choice { get; init; }

    /// <summary>The reason for <see cref="Choice"/>, in one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The number of training images that were measured, the same for all backbones.</summary>
    public required int MeasuredImages { get; init; }

    /// <summary>Why backbones were left out, one message each; empty if none were.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }
}
