namespace TransferLearning;

/// <summary>
/// A scenario that trains a classifier: <see cref="TransferLearner"/> makes one, and it can train on any number of data sets.
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public abstract class ClassifierTraining
{
    private protected ClassifierTraining(TransferLearner learner) => Learner = learner;

    private protected TransferLearner Learner { get; }

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
    /// The images. Those for training fit the classifier; those for validation choose among candidates and are evaluated after every epoch.
    /// </param>
    /// <param name="progress">Receives progress updates.</param>
    /// <param name="cancellationToken">
    /// Stops the work within a batch or a step, with a checkpoint where the options have a folder for it.
    /// </param>
    /// <returns>The classifier, which the caller disposes.</returns>
    /// <exception cref="DatasetException">The data set cannot be trained on; the message says why.</exception>
    /// <exception cref="ImageDecodeException">An image cannot be decoded, and the options say to stop.</exception>
    /// <exception cref="OnnxGraphException">
    /// The backbone has no classifier head to replace, no such layer, or a node without a gradient in the part that trains.
    /// </exception>
    /// <exception cref="TrainingDivergedException">
    /// The loss of training by gradients is no longer finite; the message says at which step and learning rate.
    /// </exception>
    public Task<ImageClassifier> FitAsync(
        ImageDataset dataset, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return TrainAsync(dataset, progress, cancellationToken);
    }

    private protected abstract Task<ImageClassifier> TrainAsync(
        ImageDataset dataset, IProgress<TransferProgress>? progress, CancellationToken cancellationToken);
}
