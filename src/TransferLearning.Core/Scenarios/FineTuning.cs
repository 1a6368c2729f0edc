namespace TransferLearning;

/// <summary>
/// Partial retraining: the frozen part of the backbone processes every image once; a head is fitted on its features; then the head and the
/// unfrozen part train together with small learning rates. The trained weights go back into the network, so that the result is an ordinary
/// inference model.
/// </summary>
/// <remarks>
/// Immutable and safe for use from many threads. The activations at the freeze point are kept in memory: 4 bytes · their length for each
/// image; 75 kB for MobileNetV2 at the 14 × 14 × 96 stage, 602 kB for images of 224 × 224 when nothing is frozen.
/// </remarks>
public sealed class FineTuning
{
    private readonly TransferLearner _learner;
    private readonly FineTuningOptions _options;

    internal FineTuning(TransferLearner learner, FineTuningOptions options)
    {
        OptionErrors.ThrowIfAny(options);
        _learner = learner;
        _options = options;
    }

    /// <summary>Trains a classifier on a folder with one subfolder for each class, read with the default options.</summary>
    /// <param name="folder">The folder; see <see cref="ImageDataset.FromFolder"/>.</param>
    /// <param name="progress">Receives progress updates.</param>
    /// <param name="cancellationToken">Stops the work within a batch or a step.</param>
    /// <inheritdoc cref="FitAsync(ImageDataset, IProgress{TransferProgress}, CancellationToken)" path="/exception"/>
    /// <returns>The classifier, which the caller disposes.</returns>
    public async Task<ImageClassifier> FitAsync(
        string folder, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var dataset = await ImageDataset.FromFolderAsync(folder, cancellationToken: cancellationToken).ConfigureAwait(false);
        return await FitAsync(dataset, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Trains a classifier.</summary>
    /// <param name="dataset">
    /// The images. The network trains on those for training; those for validation are evaluated after every epoch.
    /// </param>
    /// <param name="progress">Receives progress updates.</param>
    /// <param name="cancellationToken">Stops the training within a step, with a checkpoint where the options have a folder for it.</param>
    /// <returns>The classifier, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every violation.</exception>
    /// <exception cref="DatasetException">The data set cannot be trained on; the message says why.</exception>
    /// <exception cref="ImageDecodeException">An image cannot be decoded, and the options say to stop.</exception>
    /// <exception cref="OnnxGraphException">
    /// The network has no classifier, no such layer, or a node without a gradient in the part that trains.
    /// </exception>
    /// <exception cref="TrainingDivergedException">
    /// The loss is no longer finite; the message says at which step and learning rate.
    /// </exception>
    public async Task<ImageClassifier> FitAsync(
        ImageDataset dataset, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var options = Options;
        return await Training(options).FitAsync(
            _learner,
            dataset,
            (plan, train, validation) => FineTuner.Fit(
                plan, train, validation, dataset.Classes.Count, options, progress, cancellationToken),
            plan => $"linear softmax; trained from '{plan.Cut}' on ({options.Freeze})",
            progress,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Tries a rising series of learning rates on the training images, one step each, and suggests one for
    /// <see cref="TrainingOptions.LearningRate"/>. Nothing is kept of the weights.
    /// </summary>
    /// <param name="dataset">The images; only those for training are trained on.</param>
    /// <param name="progress">Receives progress updates.</param>
    /// <param name="cancellationToken">Stops the work within a step.</param>
    /// <inheritdoc cref="FitAsync(ImageDataset, IProgress{TransferProgress}, CancellationToken)" path="/exception"/>
    public async Task<LearningRateScan> FindLearningRateAsync(
        ImageDataset dataset, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var options = Options;
        var (plan, data) = await Training(options).PrepareAsync(_learner, dataset, progress, cancellationToken).ConfigureAwait(false);
        var (train, validation) = data.AsExamples();
        return await Task.Run(
            () => FineTuner.FindLearningRate(plan, train, validation, dataset.Classes.Count, options, progress, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    private FineTuningOptions Options => _options with { Execution = _learner.Execution };

    private static GradientTraining Training(FineTuningOptions options) =>
        new(TransferScenario.FineTuning, options, options.Freeze, options.Undecodable, options.Views);
}
