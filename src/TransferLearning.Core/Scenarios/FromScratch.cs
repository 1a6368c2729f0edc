namespace TransferLearning;

/// <summary>
/// Training from scratch: a network of the backbone's form starts from random weights and learns from your images alone. Here for comparison:
/// with few images it stays far behind a pretrained network, and takes many times as long.
/// </summary>
/// <remarks>
/// Immutable and safe for use from many threads. The preprocessed images and their random forms are kept in memory, 602 kB for each of
/// 224 × 224. Weights are drawn
/// after He et al. (2015). A file whose BatchNormalization has been folded into its convolutions has none to train with: then small rates help.
/// </remarks>
public sealed class FromScratch
{
    /// <summary>The name of this scenario in summaries.</summary>
    public const string Name = "from-scratch";

    private readonly TransferLearner _learner;
    private readonly ScratchOptions _options;

    internal FromScratch(TransferLearner learner, ScratchOptions options)
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
    /// <exception cref="OnnxGraphException">The network has no classifier, or a node without a gradient.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer finite; the message says at which step and learning rate.</exception>
    public async Task<ImageClassifier> FitAsync(
        ImageDataset dataset, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var options = _options with { Execution = _learner.Execution };
        return await new GradientTraining(Name, options, FreezePoint.None, options.Undecodable, options.Views).FitAsync(
            _learner,
            dataset,
            (plan, train, validation) => FineTuner.FitFromScratch(
                plan.Backbone, train, validation, dataset.Classes.Count, options, progress, cancellationToken),
            _ => "linear softmax; everything trained from random weights",
            progress,
            cancellationToken).ConfigureAwait(false);
    }
}
