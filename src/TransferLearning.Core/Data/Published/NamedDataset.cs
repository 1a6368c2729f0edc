using System.Globalization;

namespace TransferLearning;

/// <summary>
/// A published dataset as a value: where its files are, how they are verified, laid out and licensed. Take one from
/// <see cref="Datasets"/>; <see cref="ImageDataset.DownloadAsync"/> fetches it.
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record NamedDataset
{
    /// <summary>The value of <see cref="License"/> when the source states none.</summary>
    public const string UnknownLicense = "not stated";

    internal NamedDataset(DatasetLayout layout) => Layout = layout;

    /// <summary>The name in the catalog, for instance <c>oxford-iiit-pet</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The number of classes.</summary>
    public required int ClassCount { get; init; }

    /// <summary>The number of training images; null if it is not published.</summary>
    public int? TrainingImages { get; init; }

    /// <summary>The number of images of the official validation split; null if there is none.</summary>
    public int? ValidationImages { get; init; }

    /// <summary>The number of images of the official test split; null if there is none.</summary>
    public int? TestImages { get; init; }

    /// <summary>The terms of the images, as their source states them.</summary>
    public string License { get; init; } = UnknownLicense;

    /// <summary>The page of the dataset; null if unknown.</summary>
    public string? Homepage { get; init; }

    /// <summary>What to know before use; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>The files to download, each with its size, SHA-256 and addresses.</summary>
    public required IReadOnlyList<WeightFile> Files { get; init; }

    /// <summary>The size of the download in bytes.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);

    /// <summary>The split that each of <see cref="Files"/> belongs to; null for several or none.</summary>
    internal IReadOnlyList<string?> Parts { get; init; } = [];

    /// <summary>How the images are found in the files.</summary>
    internal DatasetLayout Layout { get; init; }

    /// <summary>Identifies the content of all files together.</summary>
    internal string Fingerprint => string.Join(' ', Files.Select(file => file.Sha256));

    /// <summary>Whether the dataset has been fetched on this machine.</summary>
    /// <param name="download">The folder; null for the default.</param>
    public bool IsAtHand(WeightCacheOptions? download = null) => new DatasetStore(download).Has(this);

    /// <summary>
    /// Fetches the dataset once, as <see cref="ImageDataset.DownloadAsync"/> does, and returns its folder: a folder for each class, below
    /// <c>train</c>, <c>valid</c> and <c>test</c> where there are official splits.
    /// </summary>
    /// <param name="download">The folder, and how files are downloaded; null for the defaults.</param>
    /// <param name="progress">Receives progress updates.</param>
    /// <param name="cancellationToken">Stops the work; received bytes are kept for the next attempt.</param>
    /// <inheritdoc cref="ImageDataset.DownloadAsync" path="/exception"/>
    public Task<string> FetchAsync(
        WeightCacheOptions? download = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        new DatasetStore(download).FetchAsync(this, progress, cancellationToken);

    /// <summary>The name, classes and images.</summary>
    public override string ToString()
    {
        string[] splits =
        [
            .. new[] { (TrainingImages, "train"), (ValidationImages, "validation"), (TestImages, "test") }
                .Where(split => split.Item1 is not null)
                .Select(split => string.Create(CultureInfo.InvariantCulture, $"{split.Item1} {split.Item2}")),
        ];
        string images = splits.Length == 0 ? "" : $", {string.Join(", ", splits)} images";
        return string.Create(CultureInfo.InvariantCulture, $"{Name}: {ClassCount} classes{images}");
    }
}
