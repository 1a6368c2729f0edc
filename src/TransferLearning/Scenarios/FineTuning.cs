using System.Diagnostics;
using TransferLearning.Onnx;
using TransferLearning.Training;

namespace TransferLearning;

/// <summary>
/// Partial retraining: the frozen part of the backbone sees every picture once; a head is fitted on its features; then the head and the
/// unfrozen part train together with small learning rates. The trained weights go back into the network, so that the result is an ordinary
/// inference model.
/// </summary>
/// <remarks>
/// Immutable and safe for use from many threads. The activations at the freeze point are kept in memory: 4 bytes · their length for each
/// picture; 75 kB for MobileNetV2 at the 14 × 14 × 96 stage, 602 kB for pictures of 224 × 224 when nothing is frozen.
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
    /// <param name="dataset">The pictures. Those for training are learned from; those for validation are measured after every epoch.</param>
    /// <param name="progress">Hears how far the training is.</param>
    /// <param name="cancellationToken">Stops the training within a step, with a checkpoint where the options have a folder for it.</param>
    /// <returns>The classifier, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every violation.</exception>
    /// <exception cref="DatasetException">The data set cannot be learned from; the message says why.</exception>
    /// <exception cref="Imaging.ImageDecodeException">A picture cannot be decoded, and the options say to stop.</exception>
    /// <exception cref="OnnxGraphException">The network has no classifier, no such layer, or a node without a gradient in the part that trains.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer finite; the message says at which step and learning rate.</exception>
    public async Task<ImageClassifier> FitAsync(
        ImageDataset dataset, IProgress<FitProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var clock = Stopwatch.StartNew();
        var options = _options with { Execution = _learner.Execution };
        options.Validate(dataset.Classes.Count, dataset.Validation.Count > 0);
        var features = (await FitReport.LoadAsync(_learner, progress, cancellationToken).ConfigureAwait(false)).WithoutTop();
        var plan = new FineTuningPlan(features, options.Freeze);
        var data = await FrozenFeatures.ExtractAsync(
            plan.FrozenPart(), _learner, dataset, options.Undecodable, options.Views, options.Seed, progress, cancellationToken).ConfigureAwait(false);

        // Training is pure computation: it runs on a thread of the pool, so that the caller's thread stays free.
        var trained = await Task.Run(
            () => Fit(plan, data, dataset.Classes.Count, options, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        return trained.Finish(Name, options.Seed, _learner, dataset, data, clock);
    }

    private static TrainedNetwork Fit(
        FineTuningPlan plan,
        FrozenFeatures data,
        int classes,
        FineTuningOptions options,
        IProgress<FitProgress>? progress,
        CancellationToken cancellationToken)
    {
        var (train, validation) = data.AsExamples();
        var result = FineTuner.Fit(plan, train, validation, classes, options, FitReport.HeadSearch(progress), FitReport.Steps(progress), cancellationToken);
        return TrainedNetwork.MeasureFrom(
            plan.Cut, result, $"linear softmax; trained from '{plan.Cut}' on ({options.Freeze})", data, options, cancellationToken);
    }
}
