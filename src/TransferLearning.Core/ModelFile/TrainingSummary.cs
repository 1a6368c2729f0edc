using System.Collections.ObjectModel;

namespace TransferLearning;

/// <summary>How a classifier was trained; stored in the model file, so that a loaded classifier still knows it.</summary>
public sealed record TrainingSummary
{
    /// <summary>The scenario that was trained in.</summary>
    public required TransferScenario Scenario { get; init; }

    /// <summary>The name of the backbone.</summary>
    public required string Backbone { get; init; }

    /// <summary>The number of training images that were used.</summary>
    public required int TrainingImages { get; init; }

    /// <summary>The number of validation images that were used; 0 where there were none.</summary>
    public int ValidationImages { get; init; }

    /// <summary>The share of training images that the finished classifier classifies correctly, 0 to 1.</summary>
    public required double TrainingAccuracy { get; init; }

    /// <summary>
    /// The share of validation images that the finished classifier classifies correctly, 0 to 1; null where there were none.
    /// </summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>The wall time of the whole training, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>What the head is and how it was fitted, in words.</summary>
    public required string Head { get; init; }

    /// <summary>Why this scenario was chosen, in a sentence, where candidates were measured for it; otherwise null.</summary>
    public string? Advice { get; init; }

    /// <summary>The seed of everything random.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// Identifies the training images that were used and their classes: the SHA-256, in lower-case hexadecimal digits, of the sorted lines
    /// "hash of the file, space, class, line feed" in UTF-8, where the hash of the file is its SHA-256 in such digits too. It does not
    /// depend on names, folders or order. Null for files of earlier versions.
    /// </summary>
    public string? DataHash { get; init; }

    /// <summary>
    /// A compact set of the contents of the training images, for <see cref="ImageClassifier.FindOverlap"/>: a Bloom filter in Base64
    /// with two and a half bytes for each image. Null for files of earlier versions.
    /// </summary>
    public string? TrainingContent { get; init; }

    /// <summary>The same of the validation images; null where there were none.</summary>
    public string? ValidationContent { get; init; }

    /// <summary>Every option of the training by its name, as invariant text; empty for files of earlier versions.</summary>
    public IReadOnlyDictionary<string, string> Options
    {
        get;

        // Files of earlier versions have none.
        init => field = value ?? ReadOnlyDictionary<string, string>.Empty;
    } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>When the training ended, in UTC; null for files of earlier versions.</summary>
    public DateTimeOffset? Trained { get; init; }

    /// <summary>The versions of this library, ONNX Runtime and .NET that it was trained with; null for files of earlier versions.</summary>
    public string? Versions { get; init; }

    /// <summary>
    /// What the logits are divided by before Softmax, fitted on the validation images (see <see cref="TemperatureScaling"/>); null where
    /// the probabilities are as they were trained.
    /// </summary>
    public double? Temperature { get; init; }

    /// <summary>The images that could not be decoded and were skipped, where the options allow that.</summary>
    public IReadOnlyList<string> SkippedImages { get; init; } = [];

    /// <summary>
    /// The layers that were to be trained and are as they were, because the output does not change smoothly with their weights; usually
    /// none.
    /// </summary>
    public IReadOnlyList<string> UntrainedLayers
    {
        get;

        // Files of earlier versions have none.
        init => field = value ?? [];
    } = [];

    /// <summary>The figures of each epoch where the head or the network was trained by gradient descent; otherwise null.</summary>
    public IReadOnlyList<EpochLog>? History { get; init; }

    /// <summary>
    /// The score of the fitted head before the network trained, where it was a candidate for the model; otherwise null. It is measured on
    /// the validation images, or on those that were held out for it (<see cref="HeldOutImages"/>).
    /// </summary>
    public ValidationScore? Start { get; init; }

    /// <summary>The number of the epoch that became the model, 0 for <see cref="Start"/>; null where it was the last one unasked.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>
    /// The number of training images that were held out to choose the best epoch, where there were no validation images. The last epochs
    /// trained on them too.
    /// </summary>
    public int HeldOutImages { get; init; }

    /// <summary>What the training decided on its way, a sentence each: restarts at a lower rate, an early end.</summary>
    public IReadOnlyList<string> Notes { get; init => field = value ?? []; } = [];

    /// <summary>The candidates that were measured against each other, in their order; empty where the scenario was given.</summary>
    public IReadOnlyList<RaceEntry> Race { get; init => field = value ?? []; } = [];
}
