using System.Diagnostics;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>The result of every scenario: a network that ends in logits, and how good it is.</summary>
/// <param name="Network">The network; its single output is the logits [N, C].</param>
/// <param name="Head">What the head is and how it was fitted, in words.</param>
/// <param name="TrainingAccuracy">The share of training images that the finished network classifies correctly, 0 to 1.</param>
/// <param name="ValidationAccuracy">The same of the validation images; null where there are none.</param>
/// <param name="History">The figures of each epoch; null where there were no epochs.</param>
/// <param name="Temperature">The temperature fitted on the validation images; null where there are none, or it does not help.</param>
internal sealed record TrainedNetwork(
    OnnxModel Network,
    string Head,
    double TrainingAccuracy,
    double? ValidationAccuracy,
    IReadOnlyList<EpochLog>? History,
    double? Temperature)
{
    /// <summary>The layers that were to be trained, but that no gradient reaches.</summary>
    public IReadOnlyList<string> UntrainedLayers { get; init; } = [];

    /// <summary>The run that trained it; null where there was none.</summary>
    public TrainingResult? Run { get; init; }

    /// <summary>Measures a network that has just been trained.</summary>
    /// <param name="network">The network.</param>
    /// <param name="head">What the head is, in words.</param>
    /// <param name="history">The figures of each epoch; null where there were no epochs.</param>
    /// <param name="data">What it was trained on.</param>
    /// <param name="trainingScores">Its scores on the training images.</param>
    /// <param name="validationScores">Its scores on the validation images; null where there are none.</param>
    /// <param name="areProbabilities">Whether these scores are probabilities, not logits.</param>
    public static TrainedNetwork Measure(
        OnnxModel network,
        string head,
        TrainingHistory? history,
        FrozenFeatures data,
        FeatureMatrix trainingScores,
        FeatureMatrix? validationScores,
        bool areProbabilities) => new(
        network,
        head,
        FrozenFeatures.Accuracy(trainingScores, data.TrainLabels),
        validationScores is null ? null : FrozenFeatures.Accuracy(validationScores, data.ValidationLabels!),
        history is null ? null : [.. history],
        validationScores is null
            ? null
            : TemperatureScaling.FitWhereUseful(validationScores, data.ValidationLabels!, areProbabilities, data.ValidationGroups));

    /// <summary>Measures a network whose part behind a cut has just been trained.</summary>
    /// <param name="cut">The tensor that the rows of <paramref name="data"/> are activations of.</param>
    /// <param name="result">The network, and the figures of each epoch.</param>
    /// <param name="head">What was trained, in words.</param>
    /// <param name="data">What it was trained on.</param>
    /// <param name="options">The execution.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    public static TrainedNetwork MeasureFrom(
        string cut, TrainingResult result, string head, FrozenFeatures data, TrainingOptions options, CancellationToken cancellationToken)
    {
        // The history has figures of weights on their way; these are those of the finished classifier.
        var (train, validation) = data.AsExamples();
        using var trainable = new TrainablePartRunner(
            result.Model, cut, result.Model.Outputs[0].Name, TrainablePartRunner.BatchSize, options.Execution);
        return Measure(
            result.Model,
            head,
            result.History,
            data,
            trainable.Run(train, cancellationToken),
            validation is null ? null : trainable.Run(validation, cancellationToken),
            areProbabilities: false) with { Run = result };
    }

    /// <summary>Makes the classifier, with everything about its training in its file.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="seed">The seed of everything random.</param>
    /// <param name="settings">The options of the scenario, by name.</param>
    /// <param name="learner">The backbone, and how the classifier runs.</param>
    /// <param name="dataset">The data set, which has the names of the classes.</param>
    /// <param name="data">What was trained on.</param>
    /// <param name="clock">Runs since the training began.</param>
    public ImageClassifier Finish(
        TransferScenario scenario,
        int seed,
        IEnumerable<KeyValuePair<string, string>> settings,
        TransferLearner learner,
        ImageDataset dataset,
        FrozenFeatures data,
        Stopwatch clock)
    {
        var training = new TrainingSummary
        {
            Scenario = scenario,
            Backbone = learner.Backbone.Name,
            TrainingImages = data.Train.Rows,
            ValidationImages = data.Validation?.Rows ?? 0,
            TrainingAccuracy = TrainingAccuracy,
            ValidationAccuracy = ValidationAccuracy,
            Seconds = clock.Elapsed.TotalSeconds,
            Head = Head,
            Advice = learner.Advice,
            Seed = seed,
            DataHash = data.TrainHash,
            TrainingContent = data.TrainContent,
            ValidationContent = data.ValidationContent,
            Options = new Dictionary<string, string>([.. settings, .. learner.Settings()], StringComparer.Ordinal),
            Trained = DateTimeOffset.UtcNow,
            Versions = SoftwareVersions.Current,
            SkippedImages = data.Skipped,
            Temperature = learner.Calibrates ? Temperature : null,
            History = History,
            UntrainedLayers = UntrainedLayers,
            Start = Run?.Start,
            BestEpoch = Run?.BestEpoch,
            HeldOutImages = Run?.HeldOut ?? 0,
            Notes = Run?.Notes ?? [],
        };
        return learner.Finish(Network, dataset.Classes, training);
    }
}
