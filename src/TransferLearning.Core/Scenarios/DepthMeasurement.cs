using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>Measures how well the classes can be told apart at several depths of a backbone, all from one pass over the images.</summary>
internal static class DepthMeasurement
{
    /// <summary>One measurement at each eighth; the end is always measured.</summary>
    private static readonly double[] Depths = [1 / 8.0, 2 / 8.0, 3 / 8.0, 4 / 8.0, 5 / 8.0, 6 / 8.0, 7 / 8.0];

    /// <summary>
    /// Runs the training images, or a stratified part of them, through the backbone and cross-validates a head at each depth.
    /// </summary>
    /// <returns>The results, from the first layers to the end.</returns>
    public static async Task<IReadOnlyList<MeasuredDepth>> MeasureAsync(
        TransferLearner learner,
        ImageDataset dataset,
        TransferAdvisorOptions options,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        var backbone = await learner.LoadBackboneAsync(progress, cancellationToken).ConfigureAwait(false);
        var (network, columns) = backbone.WithoutTopAtDepths(Depths);
        int[] images = StratifiedSubset.Choose(dataset.Train.Labels, dataset.Classes.Count, options.MaximumImages, options.Seed);
        using var extractor = new FeatureExtractor(network, learner.Backbone.Preprocessing, learner.Execution);
        var extracted = await extractor.ExtractAsync(
            [.. images.Select(image => ImageSource.Of(dataset.Train[image]))],
            options.Undecodable,
            learner.Features,
            progress: progress.Count(TransferStage.Featurize, images.Length),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        int[] decoded = [.. extracted.Indices.Select(index => images[index])];
        FrozenFeatures.RequireEveryClass(dataset, decoded);
        int[] labels = [.. decoded.Select(image => dataset.Train[image].Label)];
        int[]? groups = RowGroups.Of(decoded.Select(image => dataset.Train[image]));

        // Cross-validation is pure computation: it runs on a thread of the pool, so that the caller's thread stays free.
        return await Task.Run(
            () => CrossValidate(extracted.Features, columns, labels, groups, dataset, learner, options, progress, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    private static List<MeasuredDepth> CrossValidate(
        FeatureMatrix features,
        IReadOnlyList<DepthColumns> columns,
        int[] labels,
        int[]? groups,
        ImageDataset dataset,
        TransferLearner learner,
        TransferAdvisorOptions options,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        var head = new LinearHeadOptions { Seed = options.Seed, Threads = learner.Execution.Threads };
        var measured = new List<MeasuredDepth>();
        int first = 0;
        foreach (var (tensor, depth, count) in columns)
        {
            var score = LinearHead.CrossValidate(
                features.SelectColumns(first, count), labels, dataset.Classes.Count, head, groups, null, cancellationToken)
                ?? throw new DatasetException(
                    $"'{dataset.Name}' has only one training image or group of each class; two or more are needed to measure anything.");
            measured.Add(new MeasuredDepth(depth, tensor, count, score));
            if (measured.Count == columns.Count)
                measured[^1] = measured[^1] with { Curve = CurveOf(score, features.SelectColumns(first, count)) };
            first += count;
            progress?.Report(new TransferProgress(TransferStage.FitHead, measured.Count, columns.Count));
        }

        return measured;

        // Half of the images against the larger part that the folds learn from: what all of them will gain shows in the difference.
        LearningCurve? CurveOf(RegularizationScore score, FeatureMatrix atEnd)
        {
            var halves = LinearHead.CrossValidate(
                atEnd, labels, dataset.Classes.Count, head with { Folds = 2 }, groups, null, cancellationToken);
            double folds = head.FoldsFor(labels.Length, groups is not null);
            return halves is null
                ? null
                : new LearningCurve(labels.Length * (1 - (1 / folds)), 1 - score.Accuracy, labels.Length / 2.0, 1 - halves.Accuracy);
        }
    }
}
