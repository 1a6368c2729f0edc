namespace TransferLearning;

/// <content>Published datasets by name.</content>
public sealed partial class ImageDataset
{
    /// <summary>
    /// Fetches a published dataset once, and reads it. Its files are verified and laid out as a folder for each class, below
    /// <c>datasets</c> in the folder of the weights, and then removed; the folder that is read is complete or not there.
    /// </summary>
    /// <param name="dataset">The dataset, from <see cref="Datasets"/>. Mind its <see cref="NamedDataset.License"/>.</param>
    /// <param name="options">How images without official splits are split; null for the defaults.</param>
    /// <param name="download">The folder, and how files are downloaded; null for the defaults.</param>
    /// <param name="progress">
    /// Receives progress updates: <see cref="TransferStage.FetchDataset"/> in bytes, <see cref="TransferStage.UnpackDataset"/> in images,
    /// then those of <see cref="FromFolderAsync"/>.
    /// </param>
    /// <param name="cancellationToken">Stops the work; received bytes are kept for the next attempt.</param>
    /// <returns>The images; official splits are kept.</returns>
    /// <exception cref="WeightDownloadException">A file is not cached and cannot be downloaded.</exception>
    /// <exception cref="WeightVerificationException">Every address serves other bytes than expected.</exception>
    /// <exception cref="WeightStorageException">The folder cannot be found or written.</exception>
    /// <exception cref="DatasetException">An archive is damaged or unsafe, or the images cannot be read as a dataset.</exception>
    public static async Task<ImageDataset> DownloadAsync(
        NamedDataset dataset,
        ImageFolderOptions? options = null,
        WeightCacheOptions? download = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        string folder = await dataset.FetchAsync(download, progress, cancellationToken).ConfigureAwait(false);
        return await FromFolderAsync(folder, options, progress, cancellationToken).ConfigureAwait(false);
    }
}
