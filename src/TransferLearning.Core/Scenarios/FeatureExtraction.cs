using System.Diagnostics;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Frozen feature extraction: every image passes through the frozen backbone once, and a new head, linear or with a hidden layer, is
/// fitted on the features.
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed class FeatureExtraction
{
    private readonly TransferLearner _learner;
    private readonly FeatureExtractionOptions _options;

    internal FeatureExtraction(TransferLearner learner, FeatureExtractionOptions options)
    {
        OptionErrors.ThrowIfAny(options);
        _learner = learner;
        _options = options;
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

    /// <summary>Trains a classifier.</summary>
    /// <param name="dataset">
    /// The images. Those for training fit the head; those for validation, where there are enough, choose its regularisation.
    /// </param>
    /// <param name="progress">Receives progress updates.</param>
    /// <param name="cancellationToken">Stops the training within a batch.</param>
    /// <returns>The classifier, which the caller disposes.</returns>
    /// <exception cref="DatasetException">The data set cannot be trained on; the message says why.</exception>
    /// <exception cref="ImageDecodeException">An image cannot be decoded, and the options say to stop.</exception>
    /// <exception cref="OnnxGraphException">The backbone has no classifier head to replace.</exception>
    public async Task<ImageClassifier> FitAsync(
        ImageDataset dataset, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        _options.Mlp?.Validate(dataset.Classes.Count, dataset.Validation.Count > 0);
        var clock = Stopwatch.StartNew();
        var network = (await _learner.LoadBackboneAsync(progress, cancellationToken).ConfigureAwait(false)).WithoutTop(_options.Pooling);
        var data = await FrozenFeatures.ExtractAsync(
            network, _learner, dataset, _options.Undecodable, _options.Views, Seed, progress, cancellationToken).ConfigureAwait(false);

        // Fitting is pure computation: it runs on a thread of the pool, so that the caller's thread stays free.
        var trained = await Task.Run(
            () => Fit(network, data, dataset.Classes.Count, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        return trained.Finish(TransferScenario.FeatureExtraction, Seed, _options.Settings(), _learner, dataset, data, clock);
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
                options with { Execution = _learner.Execution },
                progress,
                cancellationToken);
            return Finished(
                mlp.AppendTo,
                FormattableString.Invariant($"{mlp.Units} hidden units, dropout {options.Dropout:R}, softmax"),
                mlp.History,
                mlp.Probabilities);
        }

        var linear = LinearHead.Fit(
            data.AllTrain,
            [.. Enumerable.Repeat(data.TrainLabels, data.TrainViews.Count).SelectMany(labels => labels)],
            classes,
            data.Validation,
            data.ValidationLabels,
            _options.Head with { Threads = _options.Head.Threads ?? _learner.Execution.Threads },
            null,
            data.TrainViews.Count,
            progress,
            cancellationToken);
        return Finished(
            linear.AppendTo,
            FormattableString.Invariant($"linear softmax, L2 strength {linear.RegularizationStrength:R}"),
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
