namespace TransferLearning;

/// <summary>
/// Training from scratch: a network of the backbone's architecture starts from random weights and learns from your images alone. For
/// comparison: with few images it stays far behind a pretrained network, and takes many times as long.
/// </summary>
/// <remarks>
/// Immutable and safe for use from many threads. The preprocessed images and their random views are kept in memory, 602 kB for each of
/// 224 × 224. Weights are drawn as in He et al. (2015). A file whose BatchNormalization has been folded into its convolutions has none to
/// train with: then use small learning rates.
/// </remarks>
public sealed class FromScratch
{
    private readonly TransferLearner _learner;
    private readonly ScratchOptions _options;

    internal FromScratch(TransferLearner learner, ScratchOptions options)
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
    /// <exception cref="OnnxGraphException">The network has no classifier, or a node without a gradient.</exception>
    /// <exception cref="TrainingDivergedException">
    /// The loss is no longer finite; the message says at which step and learning rate.
    /// </exception>
    public async Task<ImageClassifier> FitAsync(
        ImageDataset dataset, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var options = _options with { Execution = _learner.Execution };
        var training = new GradientTraining(TransferScenario.FromScratch, options, FreezePoint.None, options.Undecodable, options.Views);
        return await training.FitAsync(
            _learner,
            dataset,
            (plan, train, validation) => FineTuner.FitFromScratch(
                plan.Backbone, train, validation, dataset.Classes.Count, options, progress, cancellationToken),
            _ => "linear softmax; everything trained from random weights",
            progress,
            cancellationToken).ConfigureAwait(false);
    }
}
