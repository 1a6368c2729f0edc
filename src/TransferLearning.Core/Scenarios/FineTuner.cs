using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Fine-tuning as fastai does it: first a head on the features as they are, so that the gradients that reach the backbone are useful from
/// the first step on; then the head and the last part of the backbone together.
/// </summary>
internal static class FineTuner
{
    /// <summary>Trains on cached activations.</summary>
    /// <param name="plan">The backbone, cut where the activations are from.</param>
    /// <param name="train">The training examples.</param>
    /// <param name="validation">The validation examples; null for none.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="options">The options; checked here.</param>
    /// <param name="progress">Receives progress updates of the head, and of every step and epoch of the training after it.</param>
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
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate(classCount, validation is not null);
        if (validation is null && HeldOutPart.Split(train, classCount, options) is { } parts)
            return parts.Fit(plan, train, classCount, options, progress, cancellationToken);
        var network = WithHead(plan, train, validation, classCount, options, progress, cancellationToken);
        return Trainer.Fit(plan.Trainable(network, options), train, validation, options, progress, cancellationToken);
    }

    /// <summary>Tries learning rates on cached activations, from the fitted head on.</summary>
    /// <inheritdoc cref="Fit"/>
    public static LearningRateScan FindLearningRate(
        FineTuningPlan plan,
        TrainingExamples train,
        TrainingExamples? validation,
        int classCount,
        FineTuningOptions options,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        options.Validate(classCount, validation is not null);
        var network = WithHead(plan, train, validation, classCount, options, progress, cancellationToken);
        return LearningRateFinder.Run(plan.Trainable(network, options), train, options, progress, cancellationToken);
    }

    /// <summary>
    /// Trains a network of the backbone's architecture from random weights, for comparison: nothing is frozen, the head starts at zero, all
    /// layers train at the same rate, and BatchNormalization takes the statistics of the batch.
    /// </summary>
    /// <param name="backbone">A network with one output, the features [N, D]; its weights do not matter.</param>
    /// <param name="train">The preprocessed training images.</param>
    /// <param name="validation">The preprocessed validation images; null for none.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="options">The options; checked here.</param>
    /// <param name="progress">Receives progress updates of every step and every epoch.</param>
    /// <param name="cancellationToken">Stops within a step, with a checkpoint where there is a folder for it.</param>
    /// <inheritdoc cref="Fit" path="/exception"/>
    public static TrainingResult FitFromScratch(
        OnnxModel backbone,
        TrainingExamples train,
        TrainingExamples? validation,
        int classCount,
        ScratchOptions options,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate(classCount, validation is not null);
        var plan = new FineTuningPlan(backbone, FreezePoint.None);
        var output = backbone.Outputs[0];
        int features = (int)(output.Dimensions[^1] ?? throw new OnnxGraphException($"The backbone's output {output} has no fixed size."));
        var empty = new LinearHead(features, classCount, new float[classCount * features], new float[classCount]);
        var network = HeInitializer.Randomize(backbone.WithHead(plan.Features, empty.AppendTo), options.Seed);
        var trainable = plan.Trainable(
            network, new FineTuningOptions { BackboneRate = 1, Dropout = options.Dropout }, trainsNormalization: true);
        return Trainer.Fit(trainable, train, validation, options, progress, cancellationToken);
    }

    /// <summary>The backbone with a linear head fitted to its features as they are.</summary>
    public static OnnxModel WithHead(
        FineTuningPlan plan,
        TrainingExamples train,
        TrainingExamples? validation,
        int classCount,
        FineTuningOptions options,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var trainable = new TrainablePartRunner(
            plan.Backbone, plan.Cut, plan.Features, TrainablePartRunner.BatchSize, options.Execution);
        var features = trainable.Run(train, cancellationToken);
        var validationFeatures = validation is null ? null : trainable.Run(validation, cancellationToken);
        var head = LinearHead.Fit(
            features,
            [.. train.Labels],
            classCount,
            validationFeatures,
            validation?.Labels.ToArray(),
            options.Head with { Threads = options.Head.Threads ?? options.Execution.Threads },
            null,
            1,
            train.Groups,
            progress,
            cancellationToken);
        return plan.Backbone.WithHead(plan.Features, head.AppendTo);
    }
}
