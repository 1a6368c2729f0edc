using TransferLearning.Heads;
using TransferLearning.Onnx;

namespace TransferLearning.Training;

/// <summary>
/// Fine-tuning as fastai does it: first a head on the features as they are, so that the gradients that reach the backbone mean something from
/// the first step on; then the head and the last part of the backbone together.
/// </summary>
internal static class FineTuner
{
    /// <summary>Trains on cached activations.</summary>
    /// <param name="plan">The backbone, cut where the activations are from.</param>
    /// <param name="train">The examples that are learned from.</param>
    /// <param name="validation">The examples that are measured on; null for none.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="options">The options; checked here.</param>
    /// <param name="progress">Hears of every step and every epoch.</param>
    /// <param name="cancellationToken">Stops within a step, with a checkpoint where there is a folder for it.</param>
    /// <returns>The backbone with a head and trained weights, with one output, the logits [N, C].</returns>
    /// <exception cref="ArgumentException">Options or examples are not valid; the message lists every violation.</exception>
    /// <exception cref="TrainingDivergedException">The loss or a gradient is not finite.</exception>
    /// <exception cref="OnnxGraphException">The network cannot be trained; the message names the node.</exception>
    public static TrainingResult Fit(
        FineTuningPlan plan,
        TrainingExamples train,
        TrainingExamples? validation,
        int classCount,
        FineTuningOptions options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate(classCount, validation is not null);
        var network = WithHead(plan, train, validation, classCount, options, cancellationToken);
        return Trainer.Fit(plan.Trainable(network, options), train, validation, options, progress, cancellationToken);
    }

    /// <summary>The backbone with a linear head fitted to its features as they are.</summary>
    public static OnnxModel WithHead(
        FineTuningPlan plan,
        TrainingExamples train,
        TrainingExamples? validation,
        int classCount,
        FineTuningOptions options,
        CancellationToken cancellationToken)
    {
        using var tail = new TailRunner(plan.Backbone, plan.Cut, plan.Features, options.BatchSize, options.Execution);
        var features = tail.Run(train, cancellationToken);
        var validationFeatures = validation is null ? null : tail.Run(validation, cancellationToken);
        var head = LinearHead.Fit(
            features, [.. train.Labels], classCount, validationFeatures, validation?.Labels.ToArray(), options.Head, null, cancellationToken);
        return plan.Backbone.WithHead(plan.Features, head.AppendTo);
    }
}
