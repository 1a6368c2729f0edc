using System.Diagnostics;
using System.Numerics.Tensors;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>Puts a head on a backbone that is fitted to features in <see cref="FeatureTable"/>s, in bounded memory.</summary>
internal sealed class FeatureTableTraining(
    TransferLearner learner, FeatureExtractionOptions options, FeatureTable train, FeatureTable? validation, IReadOnlyList<string> labels)
{
    private const int RowsOfPart = 2048;

    /// <summary>Trains the classifier.</summary>
    public async Task<ImageClassifier> RunAsync(IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var loaded = await learner.LoadBackboneAsync(progress, cancellationToken).ConfigureAwait(false);
        var network = loaded.WithoutTop(options.Pooling);
        var features = network.Outputs[0];
        if (features.Dimensions[^1] != train.Columns)
        {
            throw new ArgumentException(
                $"The table has {train.Columns} features for each image, and '{learner.Backbone}' gives {features}; use the backbone " +
                "that computed them.");
        }

        return await Task.Run(() => Train(network, clock, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private ImageClassifier Train(
        OnnxModel network, Stopwatch clock, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var held = validation is { Rows: > 0 } ? validation : null;
        Func<GraphBuilder, string, string> append;
        Func<FeatureMatrix, FeatureMatrix> score;
        string description;
        IReadOnlyList<EpochLog>? history = null;
        if (options.Mlp is { } hidden)
        {
            var mlp = MlpHead.Fit(
                train, labels.Count, held, hidden with { Execution = learner.Execution }, progress, cancellationToken);
            (append, score, history) = (mlp.AppendTo, mlp.Probabilities, [.. mlp.History]);
            description = mlp.Describe(hidden);
        }
        else
        {
            var head = options.Head with { Threads = options.Head.Threads ?? learner.Execution.Threads };
            var linear = LinearHead.Fit(train, labels.Count, held, head, StreamedHead.NumbersOfSample, progress, cancellationToken);
            (append, score) = (linear.AppendTo, linear.Probabilities);
            description = linear.Describe();
        }

        double? temperature = null;
        if (held is not null && learner.Calibrates)
        {
            int[] rows = StreamedHead.Spread(held.Rows, StreamedHead.MostJudges);
            temperature = TemperatureScaling.FitWhereUseful(
                score(held.Select(rows)), Array.ConvertAll(rows, row => held.Labels[row]), areProbabilities: true);
        }

        var summary = new TrainingSummary
        {
            Scenario = TransferScenario.FeatureExtraction,
            Backbone = learner.Backbone.Name,
            TrainingImages = train.Rows,
            ValidationImages = held?.Rows ?? 0,
            TrainingAccuracy = Accuracy(train, score, cancellationToken),
            ValidationAccuracy = held is null ? null : Accuracy(held, score, cancellationToken),
            Head = description,
            Seed = options.Mlp?.Seed ?? options.Head.Seed,
            Options = new Dictionary<string, string>([.. options.Settings(), .. learner.Settings()], StringComparer.Ordinal),
            Trained = DateTimeOffset.UtcNow,
            Versions = SoftwareVersions.Current,
            Temperature = temperature,
            History = history,
            Seconds = clock.Elapsed.TotalSeconds,
        };
        return learner.Finish(network.WithHead(network.Outputs[0].Name, append), labels, summary);
    }

    private static double Accuracy(FeatureTable table, Func<FeatureMatrix, FeatureMatrix> score, CancellationToken cancellationToken)
    {
        long correct = 0;
        foreach (var (first, part) in table.InParts(RowsOfPart, null, Environment.ProcessorCount, cancellationToken))
        {
            var scores = score(part);
            for (int i = 0; i < part.Rows; i++)
                correct += TensorPrimitives.IndexOfMax(scores[i]) == table.Labels[first + i] ? 1 : 0;
        }

        return (double)correct / table.Rows;
    }
}
