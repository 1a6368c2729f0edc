namespace TransferLearning;

/// <summary>How far a long piece of work has come: the one shape in which everything in this library reports progress.</summary>
/// <remarks>A value: reporting allocates nothing.</remarks>
public readonly record struct TransferProgress
{
    internal TransferProgress(TransferStage stage, long completed, long total, EpochLog? epoch = null) =>
        (Stage, Completed, Total, Epoch) = (stage, completed, total, epoch);

    /// <summary>What is being done.</summary>
    public TransferStage Stage { get; init; }

    /// <summary>How much of the stage is done, in the unit of the stage.</summary>
    public long Completed { get; init; }

    /// <summary>How much there is to do in the stage, in the same unit; 0 where that is not known.</summary>
    public long Total { get; init; }

    /// <summary>The figures of an epoch, in the report that ends it; otherwise null.</summary>
    public EpochLog? Epoch { get; init; }

    /// <summary>A sentence about what the work has decided, in the report of that moment; otherwise null.</summary>
    public string? Note { get; init; }

    /// <summary>The done part of the stage, 0 to 1; null where the total is not known.</summary>
    public double? Fraction => Total > 0 ? Math.Clamp((double)Completed / Total, 0, 1) : null;
}
