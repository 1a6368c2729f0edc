using TransferLearning.Featurization;

namespace TransferLearning.Training;

/// <summary>
/// How a network is trained from random weights: all layers at the same rate, BatchNormalization with the statistics of the batch wherever the
/// network has it.
/// </summary>
/// <remarks>Immutable, safe for use from many threads.</remarks>
public sealed record ScratchOptions : TrainingOptions
{
    /// <summary>Creates the default options: 30 epochs of AdamW at 0.001 with warm-up and cosine decay.</summary>
    public ScratchOptions()
    {
        Epochs = 30;
        LearningRate = 1e-3;
        Optimizer = new AdamWOptions();
        Schedule = LearningRateSchedule.Cosine().WithWarmUp();
        GradientClipping = 1;
    }

    /// <summary>Whether the Dropout nodes of the network drop. <value>The default is true.</value></summary>
    public bool Dropout { get; init; } = true;

    /// <summary>
    /// Whether a picture that cannot be decoded stops the training, or is left out and listed. <value>The default is to stop.</value>
    /// </summary>
    public UndecodableImages Undecodable { get; init; } = UndecodableImages.Throw;

    internal override IEnumerable<KeyValuePair<string, string>> Describe() => [.. base.Describe(), Entry(nameof(Dropout), $"{Dropout}")];
}
