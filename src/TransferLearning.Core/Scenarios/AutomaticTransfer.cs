using System.Diagnostics;
using System.Globalization;

namespace TransferLearning;

/// <summary>
/// The scenario that is best on a data set, measured: frozen features first, then fine-tuning from the freeze point that
/// <see cref="TransferAdvisor"/> guesses and from those around it, in a limited time. Whatever wins is no worse than frozen features on the
/// images that the candidates were measured on. The classifier's <see cref="TrainingSummary.Race"/> has all candidates, and
/// <see cref="TrainingSummary.Advice"/> says why the winner won.
/// </summary>
public sealed class AutomaticTransfer : ClassifierTraining
{
    /// <summary>With fewer images to measure on, chance would choose.</summary>
    private const int FewestMeasured = 20;

    private readonly TransferAdvisorOptions _options;
    private readonly FeatureExtractionOptions? _extraction;
    private readonly FineTuningOptions _fineTuning;

    internal AutomaticTransfer(
        TransferLearner learner, TransferAdvisorOptions options, FeatureExtractionOptions? extraction, FineTuningOptions? fineTuning)
        : base(learner)
    {
        OptionErrors.ThrowIfAny(options);
        OptionErrors.ThrowIfAny(extraction ?? FeatureExtractionOptions.Default, nameof(extraction));
        OptionErrors.ThrowIfAny(fineTuning ?? new FineTuningOptions(), nameof(fineTuning));
        _options = options;
        _extraction = extraction;
        _fineTuning = fineTuning ?? new FineTuningOptions();
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
        long start = Stopwatch.GetTimestamp();
        var race = new TransferRace(
            await Learner.FeatureExtraction(_extraction).FitAsync(dataset, progress, cancellationToken).ConfigureAwait(false));
        try
        {
            if (WhyNot(dataset, advice) is { } reason)
                return race.Finish(reason, advice);
            var budget = _options.Budget ?? BudgetFor(Stopwatch.GetElapsedTime(start));
            long deadline = start + (long)(budget.TotalSeconds * Stopwatch.Frequency);
            Note(string.Create(CultureInfo.InvariantCulture, $"{budget.TotalSeconds:F0} s for all candidates together."));
            foreach (double freeze in RaceOrder.Of(advice.Freeze))
            {
                if (race.Estimate(freeze) is { } seconds && Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency) > deadline)
                {
                    race.LeaveOut(freeze, "no time was left for it");
                    continue;
                }

                if (race.ComesNext(freeze))
                    await RunAsync(race, freeze, new RaceLimits(deadline, race.LossToBeat)).ConfigureAwait(false);
            }

            return race.Finish(null, advice);
        }
        finally
        {
            race.DisposeLosers();
        }

        async Task RunAsync(TransferRace entries, double freeze, RaceLimits limits)
        {
            var options = _fineTuning with
            {
                Freeze = FreezePoint.Fraction(freeze),
                Race = limits,
                CheckpointFolder = _fineTuning.CheckpointFolder is { } folder
                    ? Path.Combine(folder, freeze.ToString("R", CultureInfo.InvariantCulture))
                    : null,
            };
            long began = Stopwatch.GetTimestamp();
            try
            {
                var trained = await Learner.FineTuning(options).FitAsync(dataset, progress, cancellationToken).ConfigureAwait(false);
                entries.Add(freeze, trained);
                Note(entries.Latest);
            }
            catch (Exception error) when (error is OnnxGraphException or DeviceException or TrainingDivergedException)
            {
                entries.LeaveOut(freeze, error.Message, Stopwatch.GetElapsedTime(began).TotalSeconds);
            }
        }

        void Note(string text) => progress?.Report(new TransferProgress(TransferStage.Train, 0, 0) { Note = text });
    }

    /// <summary>A multiple of what frozen features took, within bounds.</summary>
    private static TimeSpan BudgetFor(TimeSpan extraction) =>
        TimeSpan.FromSeconds(Math.Clamp(10 * extraction.TotalSeconds, 120, 1800));

    /// <summary>Why no candidate is measured against frozen features; null where they are.</summary>
    private string? WhyNot(ImageDataset dataset, TransferAdvice advice)
    {
        if (advice.Depths[^1].Accuracy >= 1 - TransferAdvisor.NothingToGain)
            return "there is nothing to gain that would be noticed";
        double measured = dataset.Validation.Count > 0 ? dataset.Validation.Count : _fineTuning.HoldOut * dataset.Train.Count;
        return measured < FewestMeasured
            ? string.Create(CultureInfo.InvariantCulture, $"{measured:F0} images are too few to compare candidates on")
            : null;
    }
}
