using System.Diagnostics;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Frozen feature extraction: every image passes through the frozen backbone once, and a new head, linear or with a hidden layer, is
/// fitted on the features.
/// </summary>
internal sealed class FeatureExtraction : ClassifierTraining
{
    private readonly FeatureExtractionOptions _options;

    internal FeatureExtraction(TransferLearner learner, FeatureExtractionOptions options)
        : base(learner)
    {
        OptionErrors.ThrowIfAny(options);
        _options = options;
    }

    private protected override async Task<ImageClassifier> TrainAsync(
        ImageDataset dataset, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        _options.Mlp?.Validate(dataset.Classes.Count, dataset.Validation.Count > 0);
        var clock = Stopwatch.StartNew();
        var network = (await Learner.LoadBackboneAsync(progress, cancellationToken).ConfigureAwait(false)).WithoutTop(_options.Pooling);
        var data = await FrozenFeatures.ExtractAsync(
            network, Learner, dataset, _options.Undecodable, _options.Views, Seed, progress, cancellationToken).ConfigureAwait(false);

        // Fitting is pure computation: it runs on a thread of the pool, so that the caller's thread stays free.
        var trained = await Task.Run(
            () => Fit(network, data, dataset.Classes.Count, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        return trained.Finish(TransferScenario.FeatureExtraction, Seed, _options.Settings(), Learner, dataset, data, clock);
    }

    private int Seed => _options.Mlp?.Seed ?? _options.Head.Seed;

    private TrainedNetwork Fit(
        OnnxModel network, FrozenFeatures data, int classes, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        if (_options.Mlp is { } options)
        {
            var mlp = MlpHead.Fit(
                data.TrainViews,
                data.TrainLabels,
                classes,
                data.Validation,
                data.ValidationLabels,
                options with { Execution = Learner.Execution },
                progress,
                cancellationToken);
            return Finished(
                mlp.AppendTo,
                mlp.Describe(options),
                mlp.History,
                mlp.Probabilities);
        }

        var linear = LinearHead.Fit(
            data.AllTrain,
            [.. Enumerable.Repeat(data.TrainLabels, data.TrainViews.Count).SelectMany(labels => labels)],
            classes,
            data.Validation,
            data.ValidationLabels,
            _options.Head with { Threads = _options.Head.Threads ?? Learner.Execution.Threads },
            null,
            data.TrainViews.Count,
            data.TrainGroups,
            progress,
            cancellationToken);
        return Finished(
            linear.AppendTo,
            linear.Describe(),
            null,
            linear.Probabilities);

        TrainedNetwork Finished(
            Func<GraphBuilder, string, string> append,
            string description,
            TrainingHistory? history,
            Func<FeatureMatrix, FeatureMatrix> score) =>
            TrainedNetwork.Measure(
                network.WithHead(network.Outputs[0].Name, append),
                description,
                history,
                data,
                score(data.Train),
                data.Validation is null ? null : score(data.Validation),
                areProbabilities: true);
    }
}
