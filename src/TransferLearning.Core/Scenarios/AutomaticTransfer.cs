namespace TransferLearning;

/// <summary>
/// The scenario that <see cref="TransferAdvisor"/> advises for a data set: measured first, then trained. The classifier's
/// <see cref="TrainingSummary.Advice"/> says why.
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed class AutomaticTransfer
{
    private readonly TransferLearner _learner;
    private readonly TransferAdvisorOptions _options;
    private readonly FeatureExtractionOptions? _extraction;
    private readonly FineTuningOptions? _fineTuning;

    internal AutomaticTransfer(
        TransferLearner learner, TransferAdvisorOptions options, FeatureExtractionOptions? extraction, FineTuningOptions? fineTuning)
    {
        OptionErrors.ThrowIfAny(options);
        OptionErrors.ThrowIfAny(extraction ?? FeatureExtractionOptions.Default, nameof(extraction));
        OptionErrors.ThrowIfAny(fineTuning ?? new FineTuningOptions(), nameof(fineTuning));
        _learner = learner;
        _options = options;
        _extraction = extraction;
        _fineTuning = fineTuning;
    }

    /// <summary>Measures a data set and advises a scenario; nothing is trained.</summary>
    /// <inheritdoc cref="TransferAdvisor.AdviseAsync"/>
    public async Task<TransferAdvice> AdviseAsync(
        ImageDataset dataset, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var measured = await DepthMeasurement.MeasureAsync(_learner, dataset, _options, progress, cancellationToken).ConfigureAwait(false);
        return AdviceRule.Decide(measured, dataset.Train.ClassCounts, _options);
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

    /// <summary>Measures a data set, and trains a classifier in the scenario that is advised.</summary>
    /// <param name="dataset">
    /// The images. Those for training are measured and trained on; those for validation are used as in the scenario.
    /// </param>
    /// <param name="progress">Receives progress updates; the images are featurized twice, once to measure and once to train.</param>
    /// <param name="cancellationToken">Stops the work within a batch or a step.</param>
    /// <returns>The classifier, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every violation.</exception>
    /// <exception cref="DatasetException">The data set cannot be trained on; the message says why.</exception>
    /// <exception cref="ImageDecodeException">An image cannot be decoded, and the options say to stop.</exception>
    /// <exception cref="OnnxGraphException">
    /// The backbone has no classifier head, or a node without a gradient in the part that trains.
    /// </exception>
    /// <exception cref="TrainingDivergedException">The loss of a fine-tuning is no longer finite.</exception>
    public async Task<ImageClassifier> FitAsync(
        ImageDataset dataset, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var advice = await AdviseAsync(dataset, progress, cancellationToken).ConfigureAwait(false);
        var learner = _learner with { Advice = advice.Reason };
        if (advice.Scenario == TransferScenario.FeatureExtraction)
            return await learner.FeatureExtraction(_extraction).FitAsync(dataset, progress, cancellationToken).ConfigureAwait(false);
        var options = (_fineTuning ?? new FineTuningOptions()) with { Freeze = FreezePoint.Fraction(advice.Freeze) };
        return await learner.FineTuning(options).FitAsync(dataset, progress, cancellationToken).ConfigureAwait(false);
    }
}
