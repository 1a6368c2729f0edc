namespace TransferLearning;

/// <summary>How a network did on the validation images after an epoch.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record ValidationScore
{
    /// <summary>The number of the epoch; 0 is the start, with the head that was fitted before the network trained.</summary>
    public required int Epoch { get; init; }

    /// <summary>The mean cross-entropy, in nats, with the logits divided by the best number, as calibration will divide them.</summary>
    public required double Loss { get; init; }

    /// <summary>The share of images that were classified correctly, in [0, 1].</summary>
    public required double Accuracy { get; init; }

    /// <summary>The score of an epoch; null where there were no validation images.</summary>
    internal static ValidationScore? Of(EpochLog epoch) => epoch is { ValidationLoss: { } loss, ValidationAccuracy: { } accuracy }
        ? new ValidationScore { Epoch = epoch.Epoch, Loss = epoch.CalibratedValidationLoss ?? loss, Accuracy = accuracy }
        : null;
}
