using System.Numerics.Tensors;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// The output of the frozen part of a backbone for a data set: one row and one label for each image that could be decoded.
/// </summary>
/// <param name="AllTrain">
/// The training images: first all as they are, and then all in one random view after the other where there are any.
/// </param>
/// <param name="TrainLabels">The classes of the training images.</param>
/// <param name="Validation">The validation images; null where there are none.</param>
/// <param name="ValidationLabels">Their classes; null where there are none.</param>
/// <param name="Skipped">The messages of the images that were skipped.</param>
/// <param name="TrainHash">Identifies the training images and their classes, see <see cref="DataHash"/>.</param>
internal sealed record FrozenFeatures(
    FeatureMatrix AllTrain,
    int[] TrainLabels,
    FeatureMatrix? Validation,
    int[]? ValidationLabels,
    IReadOnlyList<string> Skipped,
    string TrainHash)
{
    /// <summary>The contents of the training images, see <see cref="ContentFilter"/>.</summary>
    public required string TrainContent { get; init; }

    /// <summary>The groups of the training images, see <see cref="RowGroups"/>; null where there are none.</summary>
    public required int[]? TrainGroups { get; init; }

    /// <summary>The groups of the validation images; null where there are none.</summary>
    public required int[]? ValidationGroups { get; init; }

    /// <summary>The contents of the validation images; null where there are none.</summary>
    public required string? ValidationContent { get; init; }

    /// <summary>The training images as they are, and in each of their views.</summary>
    public IReadOnlyList<FeatureMatrix> TrainViews { get; } = AllTrain.InPartsOf(TrainLabels.Length);

    /// <summary>The training images as they are.</summary>
    public FeatureMatrix Train => TrainViews[0];

    /// <summary>
    /// Runs all images for training and validation through the network in one pass, those for training in several random views too.
    /// </summary>
    /// <param name="network">The frozen part.</param>
    /// <param name="learner">Preprocessing, threads and feature cache.</param>
    /// <param name="dataset">The images.</param>
    /// <param name="undecodable">How images that cannot be decoded are handled.</param>
    /// <param name="views">How many random views there are, and of what kind; null for none.</param>
    /// <param name="seed">Decides the views.</param>
    /// <param name="progress">Receives progress updates, counted in images.</param>
    /// <param name="cancellationToken">Stops the work within a batch.</param>
    public static async Task<FrozenFeatures> ExtractAsync(
        OnnxModel network,
        TransferLearner learner,
        ImageDataset dataset,
        UndecodableImages undecodable,
        AugmentedViews? views,
        int seed,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        int count = dataset.Train.Count;
        int viewCount = views is null ? 1 : 1 + views.Count;
        ImageSource[] plain = [.. dataset.Train.Select(ImageSource.Of)];
        IEnumerable<ImageSource> View(int view) => view == 0
            ? plain
            : plain.Select((source, image) => source with { View = new AugmentedView(views!.Augmentation, seed, image, view) });
        ImageSource[] images = [.. Enumerable.Range(0, viewCount).SelectMany(View), .. dataset.Validation.Select(ImageSource.Of)];
        var hashes = new ImageHash[images.Length];
        using var extractor = new FeatureExtractor(
            network, learner.Backbone.Preprocessing, learner.Execution, decoding: null, hasViews: views is not null);
        var extracted = await extractor.ExtractAsync(
            images,
            undecodable,
            learner.Features,
            hashes,
            progress.Count(TransferStage.Featurize, images.Length),
            cancellationToken).ConfigureAwait(false);

        var train = new List<int>();
        var validation = new List<int>();
        foreach (int image in extracted.Indices)
        {
            if (image < count)
                train.Add(image);
            else if (image >= viewCount * count)
                validation.Add(image - (viewCount * count));
        }

        RequireEveryClass(dataset, train);

        // Rows come in the order of the images, and one that cannot be decoded is missing in every view: parts of one array, nothing is
        // copied.
        var (allTrain, rest) = extracted.Features.SplitAt(viewCount * train.Count);
        return new FrozenFeatures(
            allTrain,
            [.. train.Select(image => dataset.Train[image].Label)],
            validation.Count == 0 ? null : rest,
            validation.Count == 0 ? null : [.. validation.Select(image => dataset.Validation[image].Label)],
            [.. extracted.Skipped.Select(error => error.Message).Distinct()],
            DataHash.Of(train.Select(image => (hashes[image].ToString(), dataset.Classes[dataset.Train[image].Label]))))
        {
            TrainGroups = RowGroups.Of(train.Select(image => dataset.Train[image])),
            ValidationGroups = RowGroups.Of(validation.Select(image => dataset.Validation[image])),
            TrainContent = ContentFilter.Of([.. train.Select(image => hashes[image])]).ToString(),
            ValidationContent = validation.Count == 0
                ? null
                : ContentFilter.Of([.. validation.Select(image => hashes[(viewCount * count) + image])]).ToString(),
        };
    }

    /// <summary>The rows as what training learns from, and what it measures on.</summary>
    public (TrainingExamples Train, TrainingExamples? Validation) AsExamples() => (
        new TrainingExamples(TrainViews, TrainLabels) { Groups = TrainGroups },
        Validation is null ? null : new TrainingExamples(Validation, ValidationLabels!));

    /// <summary>The share of rows whose highest score is that of the right class, 0 to 1.</summary>
    public static double Accuracy(FeatureMatrix scores, ReadOnlySpan<int> labels)
    {
        int correct = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            if (TensorPrimitives.IndexOfMax(scores[row]) == labels[row])
                correct++;
        }

        return (double)correct / labels.Length;
    }

    /// <summary>Throws if a class has lost all its training images.</summary>
    public static void RequireEveryClass(ImageDataset dataset, IEnumerable<int> train)
    {
        var seen = new bool[dataset.Classes.Count];
        foreach (int image in train)
            seen[dataset.Train[image].Label] = true;
        string[] missing = [.. dataset.Classes.Where((_, index) => !seen[index]).Select(name => $"'{name}'")];
        if (missing.Length > 0)
            throw new DatasetException(
                $"No training image of {string.Join(", ", missing)} in '{dataset.Name}' can be decoded; replace the damaged files or " +
                "remove the class.");
    }
}
