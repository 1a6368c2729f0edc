namespace TransferLearning;

/// <summary>How many images a class has in each split.</summary>
/// <param name="Name">The name of the class.</param>
/// <param name="Train">Training images; all images where there are no splits.</param>
/// <param name="Validation">Validation images.</param>
/// <param name="Test">Test images.</param>
public sealed record ClassImages(string Name, int Train, int Validation, int Test);

/// <summary>The sizes of images in pixels, upright: the least, the middle and the greatest of the widths and of the heights.</summary>
public sealed record ImageSizes(int MinWidth, int MedianWidth, int MaxWidth, int MinHeight, int MedianHeight, int MaxHeight);

/// <summary>What <see cref="DatasetDoctor"/> found in a dataset.</summary>
/// <param name="Name">The name of the dataset.</param>
/// <param name="Classes">The classes and how many images they have, in label order.</param>
/// <param name="Images">The number of images, those that cannot be decoded included.</param>
/// <param name="Sizes">The sizes of the images that can be decoded; null where there is none.</param>
/// <param name="Findings">What was found, the worst first.</param>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record DatasetReport(
    string Name, IReadOnlyList<ClassImages> Classes, int Images, ImageSizes? Sizes, IReadOnlyList<DatasetFinding> Findings)
{
    /// <summary>Whether there is a finding of <see cref="FindingSeverity.Error"/>: training would stop, or its figures would be wrong.</summary>
    public bool SpoilsTraining => Findings.Any(finding => finding.Severity == FindingSeverity.Error);

    /// <summary>Tables for people: the classes, then the findings with the first of their files and the remedy.</summary>
    public override string ToString() => DatasetReportText.Write(this);
}
