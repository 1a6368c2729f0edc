namespace TransferLearning;

/// <summary>How many of the images of an evaluation a classifier knows from its training.</summary>
public sealed record TrainingOverlap
{
    /// <summary>The number of images that the classifier was trained on.</summary>
    public required int Trained { get; init; }

    /// <summary>The number of images that decided about its head, epoch or calibration: its validation images.</summary>
    public required int Tuned { get; init; }

    /// <summary>The number of images that are new to it.</summary>
    public required int Unseen { get; init; }

    /// <summary>The share of the new images that it classifies correctly, 0 to 1; null where there are none.</summary>
    public double? UnseenAccuracy { get; init; }

    /// <summary>One sentence for people; null where all images are new.</summary>
    public string? Describe() => Trained + Tuned == 0
        ? null
        : FormattableString.Invariant($"{Trained} of {Trained + Tuned + Unseen} images were trained on and {Tuned} used for validation; ") +
            (UnseenAccuracy is { } accuracy
                ? FormattableString.Invariant($"accuracy on the other {Unseen}: {100 * accuracy:F1}%.")
                : "no image is new, so the figures say nothing about other images.");
}
