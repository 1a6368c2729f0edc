namespace TransferLearning;

/// <summary>
/// The scenario that <see cref="TransferAdvisor"/> advises for a data set: measured first, then trained. The classifier's
/// <see cref="TrainingSummary.Advice"/> says why.
/// </summary>
public sealed class AutomaticTransfer : ClassifierTraining
{
    private readonly TransferAdvisorOptions _options;
    private readonly FeatureExtractionOptions? _extraction;
    private readonly FineTuningOptions? _fineTuning;

    internal AutomaticTransfer(
        TransferLearner learner, TransferAdvisorOptions options, FeatureExtractionOptions? extraction, FineTuningOptions? fineTuning)
        : base(learner)
    {
        OptionErrors.ThrowIfAny(options);
        OptionErrors.ThrowIfAny(extraction ?? FeatureExtractionOptions.Default, nameof(extraction));
        OptionErrors.ThrowIfAny(fineTuning ?? new FineTuningOptions(), nameof(fineTuning));
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
        var measured = await DepthMeasurement.MeasureAsync(Learner, dataset, _options, progress, cancellationToken).ConfigureAwait(false);
        return AdviceRule.Decide(measured, dataset.Train.ClassCounts, _options);
    }

    private protected override async Task<ImageClassifier> TrainAsync(
        ImageDataset dataset, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var advice = await AdviseAsync(dataset, progress, cancellationToken).ConfigureAwait(false);
        var learner = Learner with { Advice = advice.Reason };
        if (advice.Scenario == TransferScenario.FeatureExtraction)
            return await learner.FeatureExtraction(_extraction).FitAsync(dataset, progress, cancellationToken).ConfigureAwait(false);
        var options = (_fineTuning ?? new FineTuningOptions()) with { Freeze = FreezePoint.Fraction(advice.Freeze) };
        return await learner.FineTuning(options).FitAsync(dataset, progress, cancellationToken).ConfigureAwait(false);
    }
}
