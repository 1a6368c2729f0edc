using System.Diagnostics;
using TransferLearning.Featurization;
using TransferLearning.Heads;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Frozen feature extraction: every picture goes through the frozen backbone once, and a linear softmax head is fitted on the features.
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed class FeatureExtraction
{
    /// <summary>The name of this scenario in summaries.</summary>
    public const string Name = "feature-extraction";

    private readonly TransferLearner _learner;
    private readonly FeatureExtractionOptions _options;

    internal FeatureExtraction(TransferLearner learner, FeatureExtractionOptions options)
    {
        options.Head.Validate();
        _learner = learner;
        _options = options;
    }

    /// <summary>Trains a classifier.</summary>
    /// <param name="dataset">The pictures. Those for training fit the head; those for validation, where there are enough, choose its regularisation.</param>
    /// <param name="progress">Hears how far the training is.</param>
    /// <param name="cancellationToken">Stops the training within a batch.</param>
    /// <returns>The classifier, which the caller disposes.</returns>
    /// <exception cref="DatasetException">The data set cannot be learned from; the message says why.</exception>
    /// <exception cref="Imaging.ImageDecodeException">A picture cannot be decoded, and the options say to stop.</exception>
    /// <exception cref="OnnxGraphException">The backbone has no classifier head to replace.</exception>
    public async Task<ImageClassifier> FitAsync(
        ImageDataset dataset, IProgress<FitProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var clock = Stopwatch.StartNew();
        var backbone = _learner.Backbone;
        var network = (await FitReport.LoadAsync(_learner, progress, cancellationToken).ConfigureAwait(false)).WithoutTop(_options.Pooling);
        var data = await FrozenFeatures.ExtractAsync(network, _learner, dataset, _options.Undecodable, progress, cancellationToken).ConfigureAwait(false);

        // Fitting is pure computation: it runs on a thread of the pool, so that the caller's thread stays free.
        var (head, trainingAccuracy, validationAccuracy) = await Task.Run(() => Fit(data, dataset.Classes.Count, progress, cancellationToken), cancellationToken).ConfigureAwait(false);

        var training = new TrainingSummary
        {
            Scenario = Name,
            Backbone = backbone.Name,
            TrainingImages = data.Train.Rows,
            ValidationImages = data.Validation?.Rows ?? 0,
            TrainingAccuracy = trainingAccuracy,
            ValidationAccuracy = validationAccuracy,
            Seconds = clock.Elapsed.TotalSeconds,
            Head = FormattableString.Invariant($"linear softmax, L2 strength {head.Strength:R}"),
            Seed = _options.Head.Seed,
            SkippedImages = data.Skipped,
        };
        var metadata = ScenarioMetadata.Of(backbone) with { Labels = dataset.Classes };
        var model = ClassifierGraph.FromLogits(network.WithHead(network.Outputs[0].Name, head.AppendTo), metadata)
            .WithMetadata(ClassifierMetadata.ToEntries(training));
        return new ImageClassifier(model, metadata, training, _learner.Execution);
    }

    private (LinearHead Head, double Training, double? Validation) Fit(
        FrozenFeatures data, int classes, IProgress<FitProgress>? progress, CancellationToken cancellationToken)
    {
        const int parts = 1000;
        var head = LinearHead.Fit(
            data.Train,
            data.TrainLabels,
            classes,
            data.Validation,
            data.ValidationLabels,
            _options.Head with { Threads = _options.Head.Threads ?? _learner.Execution.Threads },
            progress.Select<double>(done => new FitProgress(FitStage.FitHead, (long)(done * parts), parts)),
            cancellationToken);
        return (
            head,
            Accuracy(head.Probabilities(data.Train), data.TrainLabels),
            data.Validation is null ? null : Accuracy(head.Probabilities(data.Validation), data.ValidationLabels!));
    }

    private static double Accuracy(FeatureMatrix probabilities, ReadOnlySpan<int> labels)
    {
        int correct = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            if (System.Numerics.Tensors.TensorPrimitives.IndexOfMax(probabilities[row]) == labels[row])
                correct++;
        }

        return (double)correct / labels.Length;
    }
}
