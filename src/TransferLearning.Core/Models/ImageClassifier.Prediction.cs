namespace TransferLearning;

public sealed partial class ImageClassifier
{
    /// <summary>
    /// As many single images as there are threads are processed at once by the async methods; the others wait here without a thread.
    /// </summary>
    private readonly SemaphoreSlim _turns;

    /// <summary>Classifies an image in a file, on the calling thread.</summary>
    /// <param name="path">The file.</param>
    /// <param name="decoding">Limits of reading and decoding; null for the defaults.</param>
    /// <exception cref="ArgumentException">The options are out of range; the message lists all errors.</exception>
    /// <exception cref="ImageDecodeException">The file is missing, or is not an image that can be decoded within the limits.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public Prediction Predict(string path, ImageDecodeOptions? decoding = null)
    {
        var image = ImageSource.FromFile(path);
        decoding = Checked(decoding);
        var runner = Latency();
        using var content = image.Read(decoding);
        return Predict(runner, content.Encoded.Bytes, path, decoding);
    }

    /// <summary>Classifies an image in memory, on the calling thread.</summary>
    /// <param name="encoded">The content of an image file, for instance of a JPEG.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <param name="decoding">Limits of decoding, for images from untrusted sources or incomplete ones; null for the defaults.</param>
    /// <exception cref="ArgumentException">The options are out of range; the message lists all errors.</exception>
    /// <exception cref="ImageDecodeException">The bytes are not an image that can be decoded within the limits.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public Prediction Predict(ReadOnlySpan<byte> encoded, string name = "image", ImageDecodeOptions? decoding = null) =>
        Predict(Latency(), encoded, name, Checked(decoding));

    /// <summary>Classifies an image in a file on a thread of the pool.</summary>
    /// <remarks>No more images than <see cref="ExecutionOptions.Threads"/> are processed at once; waiting occupies no thread.</remarks>
    /// <param name="path">The file.</param>
    /// <param name="decoding">Limits of reading and decoding; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels waiting; an image whose processing has begun is finished.</param>
    /// <inheritdoc cref="Predict(string, ImageDecodeOptions?)" path="/exception"/>
    public Task<Prediction> PredictAsync(string path, ImageDecodeOptions? decoding = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        decoding = Checked(decoding);
        return InTurnAsync(() => Predict(path, decoding), cancellationToken);
    }

    /// <summary>Classifies an image in a stream, which is read to its end and stays open, on a thread of the pool.</summary>
    /// <remarks>
    /// No more images than <see cref="ExecutionOptions.Threads"/> are processed at once; reading and waiting occupy no thread. Memory is
    /// bounded by <see cref="ImageDecodeOptions.MaxFileBytes"/> for each call.
    /// </remarks>
    /// <param name="stream">The content of an image file.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <param name="decoding">Limits of reading and decoding; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels reading and waiting; an image whose processing has begun is finished.</param>
    /// <exception cref="ArgumentException">The options are out of range; the message lists all errors.</exception>
    /// <exception cref="ImageDecodeException">The content is not an image that can be read and decoded within the limits.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public async Task<Prediction> PredictAsync(
        Stream stream, string name = "image", ImageDecodeOptions? decoding = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        decoding = Checked(decoding);
        using var content = await ImageStream.ReadAsync(stream, name, decoding.MaxFileBytes, cancellationToken).ConfigureAwait(false);
        return await InTurnAsync(() => Predict(content.Content, name, decoding), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Classifies many image files; decoding and inference run in parallel on all threads.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="undecodable">Whether the first undecodable image stops the work, or such images are listed with their error.</param>
    /// <param name="progress">Receives the number of processed images.</param>
    /// <param name="cancellationToken">Cancels the work within a batch.</param>
    /// <returns>One entry for each path, in the same order.</returns>
    /// <exception cref="ImageDecodeException">
    /// An image cannot be decoded, and <paramref name="undecodable"/> is <see cref="UndecodableImages.Throw"/>.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public async Task<IReadOnlyList<ImagePrediction>> PredictAsync(
        IReadOnlyList<string> paths,
        UndecodableImages undecodable = UndecodableImages.Throw,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var counted = progress.Count(TransferStage.Predict, paths.Count);
        return await PredictAsync([.. paths.Select(ImageSource.FromFile)], undecodable, counted, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Classifies many images in files and at addresses, which are downloaded meanwhile.</summary>
    /// <param name="images">The images.</param>
    /// <param name="downloads">Downloads the images at addresses; null where all are files.</param>
    /// <param name="undecodable">Whether the first undecodable image stops the work, or such images are listed with their error.</param>
    /// <param name="progress">Receives the number of processed images.</param>
    /// <param name="cancellationToken">Cancels the work within a batch.</param>
    /// <returns>One entry for each image, in the same order.</returns>
    /// <exception cref="ArgumentException">An image is at an address, and there are no downloads.</exception>
    /// <exception cref="ImageDecodeException">
    /// An image is missing or cannot be downloaded (<see cref="ImageDownloadException"/>) or decoded, and <paramref name="undecodable"/> is
    /// <see cref="UndecodableImages.Throw"/>.
    /// </exception>
    /// <exception cref="ImageServerException">Too many downloads in a row have failed.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public async Task<IReadOnlyList<ImagePrediction>> PredictAsync(
        IReadOnlyList<ImageLocation> images,
        ImageDownloads? downloads,
        UndecodableImages undecodable = UndecodableImages.Throw,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var ahead = new DownloadsAhead(images, downloads, cancellationToken);
        await using (ahead.ConfigureAwait(false))
        {
            var predictions = await PredictAsync(
                ImageSource.Of(images, ahead), undecodable, progress.Count(TransferStage.Predict, images.Count), cancellationToken)
                .ConfigureAwait(false);
            return [.. predictions.Select((prediction, index) => prediction with { ETag = ahead.ETags[index] })];
        }
    }

    /// <summary>Classifies many images in memory; decoding and inference run in parallel on all threads.</summary>
    /// <param name="images">The contents of image files; they must not change until the task is complete.</param>
    /// <param name="undecodable">Whether the first undecodable image stops the work, or such images are listed with their error.</param>
    /// <param name="progress">Receives the number of processed images.</param>
    /// <param name="cancellationToken">Cancels the work within a batch.</param>
    /// <returns>One entry for each image, in the same order.</returns>
    /// <exception cref="ImageDecodeException">
    /// An image cannot be decoded, and <paramref name="undecodable"/> is <see cref="UndecodableImages.Throw"/>.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public async Task<IReadOnlyList<ImagePrediction>> PredictAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> images,
        UndecodableImages undecodable = UndecodableImages.Throw,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        return await PredictAsync(
            [.. images.Select((image, index) => ImageSource.FromBytes(image, FormattableString.Invariant($"image {index}")))],
            undecodable,
            progress.Count(TransferStage.Predict, images.Count),
            cancellationToken).ConfigureAwait(false);
    }

    private static ImageDecodeOptions Checked(ImageDecodeOptions? decoding)
    {
        decoding ??= ImageDecodeOptions.Default;
        OptionErrors.ThrowIfAny(decoding);
        return decoding;
    }

    private async Task<ImagePrediction[]> PredictAsync(
        ImageSource[] images,
        UndecodableImages undecodable,
        IProgress<int>? progress,
        CancellationToken cancellationToken,
        Memory<ImageHash> hashes = default)
    {
        var predictions = new ImagePrediction[images.Length];
        await Throughput().RunAsync(
            images,
            (index, scores) => predictions[index] = new() { Path = images[index].Name, Prediction = Read(scores) },
            undecodable == UndecodableImages.Skip
                ? (index, error) => predictions[index] = new() { Path = images[index].Name, Error = error.Message }
                : null,
            hashes: hashes,
            progress: progress,
            cancellationToken: cancellationToken).ConfigureAwait(false);
        return predictions;
    }

    private async Task<Prediction> InTurnAsync(Func<Prediction> predict, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(predict, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    private Prediction Predict(ImageBatchRunner runner, ReadOnlySpan<byte> encoded, string name, ImageDecodeOptions decoding)
    {
        var pixels = ImageDecoder.Decode(encoded, name, decoding, Preprocessing, onlyTarget: true);
        int length = Labels.Count + (_rejection?.Dimension ?? 0);
        Span<float> scores = length <= 1024 ? stackalloc float[length] : new float[length];
        runner.Run(ImageSource.FromPixels(pixels, name), scores);
        return Read(scores);
    }
}
