namespace TransferLearning;

/// <summary>
/// Partial retraining: the frozen part of the backbone processes every image once; a head is fitted on its features; then the head and the
/// unfrozen part train together with small learning rates. The trained weights go back into the network, so that the result is an ordinary
/// inference model.
/// </summary>
/// <remarks>
/// The activations at the freeze point are kept in memory: 4 bytes · their length for each image; 75 kB for MobileNetV2 at the
/// 14 × 14 × 96 stage, 602 kB for images of 224 × 224 when nothing is frozen.
/// </remarks>
public sealed class FineTuning : ClassifierTraining
{
    private readonly FineTuningOptions _options;

    internal FineTuning(TransferLearner learner, FineTuningOptions options)
        : base(learner)
    {
        OptionErrors.ThrowIfAny(options);
        _options = options;
    }

    private protected override async Task<ImageClassifier> TrainAsync(
        ImageDataset dataset, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var options = Options;
        return await Training(options).FitAsync(
            Learner,
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
    /// <inheritdoc cref="ClassifierTraining.FitAsync(ImageDataset, IProgress{TransferProgress}, CancellationToken)" path="/exception"/>
    public async Task<LearningRateScan> FindLearningRateAsync(
        ImageDataset dataset, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var options = Options;
        var (plan, data) = await Training(options).PrepareAsync(Learner, dataset, progress, cancellationToken).ConfigureAwait(false);
        var (train, validation) = data.AsExamples();
        return await Task.Run(
            () => FineTuner.FindLearningRate(plan, train, validation, dataset.Classes.Count, options, progress, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    private FineTuningOptions Options => _options with { Execution = Learner.Execution };

    private static GradientTraining Training(FineTuningOptions options) =>
        new(TransferScenario.FineTuning, options, options.Freeze, options.Undecodable, options.Views);
}
