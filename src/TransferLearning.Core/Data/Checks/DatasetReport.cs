namespace TransferLearning;

/// <summary>The number of images of a class in each split.</summary>
public sealed record ClassImages
{
    /// <summary>The name of the class.</summary>
    public required string Name { get; init; }

    /// <summary>The number of training images; of all images where there are no splits.</summary>
    public required int Train { get; init; }

    /// <summary>The number of validation images.</summary>
    public required int Validation { get; init; }

    /// <summary>The number of test images.</summary>
    public required int Test { get; init; }
}

/// <summary>Minimum, median and maximum of the widths and of the heights of images, in pixels of the upright image.</summary>
public sealed record ImageSizes
{
    /// <summary>The smallest width.</summary>
    public required int MinWidth { get; init; }

    /// <summary>The median width.</summary>
    public required int MedianWidth { get; init; }

    /// <summary>The largest width.</summary>
    public required int MaxWidth { get; init; }

    /// <summary>The smallest height.</summary>
    public required int MinHeight { get; init; }

    /// <summary>The median height.</summary>
    public required int MedianHeight { get; init; }

    /// <summary>The largest height.</summary>
    public required int MaxHeight { get; init; }
}

/// <summary>What <see cref="DatasetDoctor"/> found in a dataset.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record DatasetReport
{
    /// <summary>The name of the dataset.</summary>
    public required string Name { get; init; }

    /// <summary>The classes and their numbers of images, in label order.</summary>
    public required IReadOnlyList<ClassImages> Classes { get; init; }

    /// <summary>The number of images, including those that cannot be decoded.</summary>
    public required int Images { get; init; }

    /// <summary>The sizes of the images that can be decoded; null when there are none.</summary>
    public required ImageSizes? Sizes { get; init; }

    /// <summary>The findings, most severe first.</summary>
    public required IReadOnlyList<DatasetFinding> Findings { get; init; }

    /// <summary>What the folders were taken for, and why; null for a dataset that does not come from a folder.</summary>
    public FolderLayout? Layout { get; init; }

    /// <summary>
    /// Whether there is a finding of <see cref="FindingSeverity.Error"/>: training would fail, or its metrics would be wrong.
    /// </summary>
    public bool HasErrors => Findings.Any(finding => finding.Severity == FindingSeverity.Error);

    /// <summary>A table of the classes, then the findings with their first files and remedies.</summary>
    public override string ToString() => DatasetReportText.Write(this);
}
