using System.Text.RegularExpressions;

namespace TransferLearning;

/// <summary>How the images of a published dataset, their classes and splits are found in its archives: a row of the catalog.</summary>
/// <remarks>The generated reader of JSON keeps the default of a missing property only where the property has a setter.</remarks>
internal sealed record DatasetLayout
{
    /// <summary>What the images are.</summary>
    public DatasetImages Images { get; init; } = DatasetImages.Files;

    /// <summary>
    /// The paths of the image files, or of the files with many images, as a regular expression. Its groups: <c>class</c>; <c>part</c>, the
    /// split; <c>id</c>, what <see cref="Lists"/> call the image. Without a group for the split, the archive or a list decides, or there
    /// are none.
    /// </summary>
    public required string Pattern { get; init; }

    /// <summary>The paths of archives within the archive, as a regular expression; null for none.</summary>
    public string? Inner { get; init; }

    /// <summary>Lists of images by split; empty if there are none.</summary>
    public IReadOnlyList<DatasetList> Lists { get; set; } = [];

    /// <summary>Classes to leave out.</summary>
    public IReadOnlyList<string> LeaveOut { get; set; } = [];

    /// <summary>Class names in place of those in the archive, by class or, for numbers, in their order.</summary>
    public IReadOnlyDictionary<string, string> Names { get; set; } = new Dictionary<string, string>();

    /// <summary>Whether rows and columns of the images are exchanged (EMNIST).</summary>
    public bool Transposed { get; init; }

    /// <summary>The regular expression of a row: it takes time in proportion to the text.</summary>
    public static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}

/// <summary>How images are stored.</summary>
internal enum DatasetImages
{
    /// <summary>As image files.</summary>
    Files,

    /// <summary>As pairs of IDX files, images and labels; the pattern's group <c>kind</c> tells them apart.</summary>
    Idx,

    /// <summary>As records of one label byte and 32 × 32 pixels.</summary>
    Cifar10,

    /// <summary>As records of a coarse and a fine label byte and 32 × 32 pixels.</summary>
    Cifar100,
}

/// <summary>A list of the images of a split: a text file whose lines start with the image, or a JSON object of class and images.</summary>
internal sealed record DatasetList
{
    /// <summary>The split: train, valid or test.</summary>
    public required string Part { get; init; }

    /// <summary>The path of the list in the archives.</summary>
    public required string Path { get; init; }
}
