using System.Numerics.Tensors;
using TransferLearning.Featurization;
using TransferLearning.Onnx;
using TransferLearning.Training;

namespace TransferLearning;

/// <summary>What the frozen part of a backbone makes of a data set: one row and one label for each picture that could be decoded.</summary>
/// <param name="Train">The training pictures.</param>
/// <param name="TrainLabels">Their classes.</param>
/// <param name="Validation">The validation pictures; null where there are none.</param>
/// <param name="ValidationLabels">Their classes; null where there are none.</param>
/// <param name="Skipped">The messages of the pictures that were left out.</param>
internal sealed record FrozenFeatures(
    FeatureMatrix Train, int[] TrainLabels, FeatureMatrix? Validation, int[]? ValidationLabels, IReadOnlyList<string> Skipped)
{
    /// <summary>Runs all pictures for training and validation through the network in one pass.</summary>
    public static async Task<FrozenFeatures> ExtractAsync(
        OnnxModel network,
        TransferLearner learner,
        ImageDataset dataset,
        UndecodableImages undecodable,
        IProgress<FitProgress>? progress,
        CancellationToken cancellationToken)
    {
        ImageSource[] images = [.. dataset.Train.Select(ImageSource.Of), .. dataset.Validation.Select(ImageSource.Of)];
        using var extractor = new FeatureExtractor(network, learner.Backbone.Preprocessing, learner.Execution);
        var extracted = await extractor.ExtractAsync(
            images,
            undecodable,
            learner.Features,
            progress.Select<int>(done => new FitProgress(FitStage.Featurize, done, images.Length)),
            cancellationToken).ConfigureAwait(false);

        var train = new List<int>();
        var validation = new List<int>();
        foreach (int image in extracted.Indices)
            (image < dataset.Train.Count ? train : validation).Add(image);
        RequireEveryClass(dataset, train);

        // Rows come in the order of the paths, so the training rows are the first ones: two views of one array, nothing is copied.
        var (trainRows, validationRows) = extracted.Features.SplitAt(train.Count);
        return new FrozenFeatures(
            trainRows,
            [.. train.Select(image => dataset.Train[image].Label)],
            validation.Count == 0 ? null : validationRows,
            validation.Count == 0 ? null : [.. validation.Select(image => dataset.Validation[image - dataset.Train.Count].Label)],
            [.. extracted.Skipped.Select(error => error.Message)]);
    }

    /// <summary>The rows as what training learns from, and what it measures on.</summary>
    public (TrainingExamples Train, TrainingExamples? Validation) AsExamples() => (
        new TrainingExamples(Train, TrainLabels), Validation is null ? null : new TrainingExamples(Validation, ValidationLabels!));

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

    /// <summary>Throws if a class has lost all its training pictures.</summary>
    public static void RequireEveryClass(ImageDataset dataset, IEnumerable<int> train)
    {
        var seen = new bool[dataset.Classes.Count];
        foreach (int image in train)
            seen[dataset.Train[image].Label] = true;
        string[] missing = [.. dataset.Classes.Where((_, index) => !seen[index]).Select(name => $"'{name}'")];
        if (missing.Length > 0)
            throw new DatasetException($"No training picture of {string.Join(", ", missing)} in '{dataset.Name}' can be decoded; replace the damaged files or remove the class.");
    }
}
