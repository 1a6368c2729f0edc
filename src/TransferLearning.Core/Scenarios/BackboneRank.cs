namespace TransferLearning;

/// <summary>How well a frozen backbone tells the classes of a data set apart, and what an image costs.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record BackboneRank
{
    /// <summary>The backbone.</summary>
    public required Backbone Backbone { get; init; }

    /// <summary>The share of images that a linear head on the frozen features gets right, 0 to 1, cross-validated.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Where <see cref="Accuracy"/> lies at 95% confidence, given how few or many images were measured.</summary>
    public required ProportionInterval AccuracyInterval { get; init; }

    /// <summary>The mean of −ln(probability of the right class), cross-validated; lower is better.</summary>
    public required double LogLoss { get; init; }

    /// <summary>
    /// The time for an image, from the file to the features, in milliseconds, measured on many images at once on this machine.
    /// </summary>
    public required double MillisecondsPerImage { get; init; }

    /// <summary>Whether the images cannot tell the backbone from the best one; see <see cref="BackboneRanking.Choice"/>.</summary>
    public required bool IsAmongBest { get; init; }
}
