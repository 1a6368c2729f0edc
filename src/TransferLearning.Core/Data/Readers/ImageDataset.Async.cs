#pragma warning disable CS1573 // The other parameters have the documentation of the synchronous readers.

namespace TransferLearning;

/// <content>
/// The readers on a thread of the pool, with progress: listing and comparing files is synchronous in .NET, so an awaited read must not
/// occupy the caller's thread. Wrong arguments are thrown before the task starts.
/// </content>
public sealed partial class ImageDataset
{
    private const string DefaultListName = "images";

    /// <inheritdoc cref="FromFolder"/>
    /// <param name="progress">
    /// Receives progress updates on the reading thread: <see cref="TransferStage.ReadDataset"/> in files, and
    /// <see cref="TransferStage.CheckDataset"/> while images are compared; null for none.
    /// </param>
    public static Task<ImageDataset> FromFolderAsync(
        string path,
        ImageFolderOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        ReadAsync(FolderReader(path, options), progress, cancellationToken);

    /// <inheritdoc cref="FromFiles"/>
    /// <param name="progress">
    /// Receives progress updates on the reading thread: <see cref="TransferStage.ReadDataset"/> in files, and
    /// <see cref="TransferStage.CheckDataset"/> while images are compared; null for none.
    /// </param>
    public static Task<ImageDataset> FromFilesAsync(
        IEnumerable<(string Path, string Label)> images,
        ImageFolderOptions? options = null,
        string name = DefaultListName,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        ReadAsync(FilesReader(images, options, name), progress, cancellationToken);

    /// <inheritdoc cref="FromIdx"/>
    /// <param name="progress">
    /// Receives progress updates on the reading thread: <see cref="TransferStage.ReadDataset"/> in files, and
    /// <see cref="TransferStage.CheckDataset"/> while images are compared; null for none.
    /// </param>
    public static Task<ImageDataset> FromIdxAsync(
        string folder,
        IReadOnlyList<string>? classes = null,
        ImageFolderOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        ReadAsync(IdxFolderReader(folder, classes, options), progress, cancellationToken);

    /// <inheritdoc cref="FromCifar"/>
    /// <param name="progress">
    /// Receives progress updates on the reading thread: <see cref="TransferStage.ReadDataset"/> in files, and
    /// <see cref="TransferStage.CheckDataset"/> while images are compared; null for none.
    /// </param>
    public static Task<ImageDataset> FromCifarAsync(
        string folder,
        ImageFolderOptions? options = null,
        bool coarseLabels = false,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        ReadAsync(CifarFolderReader(folder, options, coarseLabels), progress, cancellationToken);

    /// <inheritdoc cref="FromCsv"/>
    /// <param name="progress">
    /// Receives progress updates on the reading thread: <see cref="TransferStage.ReadDataset"/> in files, and
    /// <see cref="TransferStage.CheckDataset"/> while images are compared; null for none.
    /// </param>
    public static Task<ImageDataset> FromCsvAsync(
        string table,
        CsvDatasetOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        ReadAsync(TableReader(table, options), progress, cancellationToken);

    /// <inheritdoc cref="FromImageNet"/>
    /// <param name="progress">
    /// Receives progress updates on the reading thread: <see cref="TransferStage.ReadDataset"/> in files, and
    /// <see cref="TransferStage.CheckDataset"/> while images are compared; null for none.
    /// </param>
    public static Task<ImageDataset> FromImageNetAsync(
        string folder,
        ImageFolderOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        ReadAsync(ImageNetFolderReader(folder, options), progress, cancellationToken);

    private static Task<ImageDataset> ReadAsync(
        Func<DatasetReading, ImageDataset> read, IProgress<TransferProgress>? progress, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var reading = new DatasetReading(progress, cancellationToken);
            var dataset = read(reading);
            reading.ReportFiles();
            return dataset;
        },
        cancellationToken);
}
