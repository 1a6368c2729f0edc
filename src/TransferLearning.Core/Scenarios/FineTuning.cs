namespace TransferLearning;

/// <summary>
/// Partial retraining: the frozen part of the backbone sees every image once; a head is fitted on its features; then the head and the
/// unfrozen part train together with small learning rates. The trained weights go back into the network, so that the result is an ordinary
/// inference model.
/// </summary>
/// <remarks>
/// Immutable and safe for use from many threads. The activations at the freeze point are kept in memory: 4 bytes · their length for each
/// image; 75 kB for MobileNetV2 at the 14 × 14 × 96 stage, 602 kB for images of 224 × 224 when nothing is frozen.
/// </remarks>
public sealed class FineTuning
{
    /// <summary>The name of this scenario in summaries.</summary>
    public const string Name = "fine-tuning";

    private readonly TransferLearner _learner;
    private readonly FineTuningOptions _options;

    internal FineTuning(TransferLearner learner, FineTuningOptions options)
    {
        _learner = learner;
        _options = options;
    }

    /// <summary>Trains a classifier.</summary>
    /// <param name="dataset">The images. Those for training are learned from; those for validation are measured after every epoch.</param>
    /// <param name="progress">Hears how far the training is.</param>
    /// <param name="cancellationToken">Stops the training within a step, with a checkpoint where the options have a folder for it.</param>
    /// <returns>The classifier, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every violation.</exception>
    /// <exception cref="DatasetException">The data set cannot be learned from; the message says why.</exception>
    /// <exception cref="ImageDecodeException">An image cannot be decoded, and the options say to stop.</exception>
    /// <exception cref="OnnxGraphException">The network has no classifier, no such layer, or a node without a gradient in the part that trains.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer finite; the message says at which step and learning rate.</exception>
    public async Task<ImageClassifier> FitAsync(
        ImageDataset dataset, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var options = _options with { Execution = _learner.Execution };
        return await new GradientTraining(Name, options, options.Freeze, options.Undecodable, options.Views).FitAsync(
            _learner,
            dataset,
            (plan, train, validation) => FineTuner.Fit(
                plan, train, validation, dataset.Classes.Count, options, progress, cancellationToken),
            plan => $"linear softmax; trained from '{plan.Cut}' on ({options.Freeze})",
            progress,
            cancellationToken).ConfigureAwait(false);
    }
}
