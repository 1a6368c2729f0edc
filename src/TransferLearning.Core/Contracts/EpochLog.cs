namespace TransferLearning;

/// <summary>The figures of one epoch of a training.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record EpochLog
{
    /// <summary>The number of the epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The mean training loss of the epoch's steps, as it was minimised: with label smoothing and class weights.</summary>
    public required double Loss { get; init; }

    /// <summary>The share of training images that were classified correctly, each at the step that used it, in [0, 1].</summary>
    public required double Accuracy { get; init; }

    /// <summary>The mean cross-entropy of the validation images after the epoch, in nats; null without validation images.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>
    /// The mean cross-entropy of the validation images with the logits divided by the best number, as calibration will divide them: by it
    /// the best epoch is chosen where training started from a fitted head; null elsewhere.
    /// </summary>
    public double? CalibratedValidationLoss { get; init; }

    /// <summary>The share of validation images classified correctly after the epoch, in [0, 1]; null without them.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>The learning rate of the epoch's last step, before the factors of single layers.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The duration of the epoch in seconds, validation included.</summary>
    public required double Seconds { get; init; }
}
