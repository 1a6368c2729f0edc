using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>Turns images into feature vectors with a frozen network.</summary>
/// <remarks>
/// Safe for use from many threads. Images are decoded and computed in small batches on as many threads as the options allow; memory does
/// not grow with the number of images, but for the features themselves. <see cref="Dispose"/> lets the calls that are under way finish;
/// later ones throw <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed class FeatureExtractor : IDisposable
{
    private readonly ImageSession _session;
    private readonly ImageDecodeOptions _decoding;

    /// <summary>Loads a network.</summary>
    /// <param name="network">
    /// A model with one input of images and one output <c>[N, …]</c>, for instance from <see cref="OnnxModel"/>'s <c>WithoutTop</c> or
    /// <c>CutAt</c>; the output for each image becomes one row.
    /// </param>
    /// <param name="preprocessing">How images become the input of this network.</param>
    /// <param name="options">Threads, batch size and execution provider; null for the defaults.</param>
    /// <param name="decoding">What reading and decoding of an image may cost; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="OnnxGraphException">
    /// The network cannot be loaded, does not have one float input that fits the preprocessing, or not one float output.
    /// </exception>
    /// <exception cref="DeviceException">The device cannot be used, or computes other numbers than the processor.</exception>
    /// <exception cref="DllNotFoundException">The native library of ONNX Runtime is missing.</exception>
    public FeatureExtractor(
        OnnxModel network, ImagePreprocessing preprocessing, ExecutionOptions? options = null, ImageDecodeOptions? decoding = null)
        : this(network, preprocessing, options, decoding, hasViews: false)
    {
    }

    /// <summary>Loads a network for images of which some may be random views.</summary>
    /// <param name="network">See the public constructor.</param>
    /// <param name="preprocessing">How images become the input of this network.</param>
    /// <param name="options">Threads, batch size and execution provider; null for the defaults.</param>
    /// <param name="decoding">What reading and decoding of an image may cost; null for the defaults.</param>
    /// <param name="hasViews">Whether some are.</param>
    internal FeatureExtractor(
        OnnxModel network, ImagePreprocessing preprocessing, ExecutionOptions? options, ImageDecodeOptions? decoding, bool hasViews)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(preprocessing);
        options ??= ExecutionOptions.Default;
        OptionErrors.ThrowIfAny(options);
        _decoding = decoding ?? ImageDecodeOptions.Default;
        Preprocessing = preprocessing;
        _session = ImageSession.Open(network, new ImageSessionOptions(preprocessing, options, SessionMode.Throughput, "network")
        {
            Decoding = _decoding,
            IsHashed = true,
            HasViews = hasViews,
        });
    }

    /// <summary>How images become the input of the network.</summary>
    public ImagePreprocessing Preprocessing { get; }

    /// <summary>The number of features of an image.</summary>
    public int Dimension => _session.Network.RowLength;

    /// <summary>Computes the features of images.</summary>
    /// <param name="paths">The image files.</param>
    /// <param name="cache">Features that were computed before, and where new ones are stored; null for none.</param>
    /// <param name="progress">Receives progress updates, counted in images.</param>
    /// <param name="cancellationToken">Stops the work in the middle of a batch.</param>
    /// <returns>One row of <see cref="Dimension"/> features for each image, in the order of <paramref name="paths"/>.</returns>
    /// <exception cref="ImageDecodeException">An image is missing or cannot be decoded; the first such one in order.</exception>
    /// <exception cref="ObjectDisposedException">The extractor has been disposed.</exception>
    public async Task<FeatureMatrix> ExtractAsync(
        IReadOnlyList<string> paths,
        FeatureCache? cache = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        (await ExtractAsync(paths, UndecodableImages.Throw, cache, progress, cancellationToken).ConfigureAwait(false)).Features;

    /// <summary>Computes the features of images of which some may be undecodable.</summary>
    /// <param name="paths">The image files.</param>
    /// <param name="undecodable">What happens when an image is missing or cannot be decoded.</param>
    /// <param name="cache">Features that were computed before, and where new ones are stored; null for none.</param>
    /// <param name="progress">Receives progress updates, counted in images, skipped ones included.</param>
    /// <param name="cancellationToken">Stops the work in the middle of a batch.</param>
    /// <returns>The features of the images that could be decoded, and what is wrong with the others.</returns>
    /// <exception cref="ImageDecodeException">
    /// An image is missing or cannot be decoded, and <paramref name="undecodable"/> is <see cref="UndecodableImages.Throw"/>.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The extractor has been disposed.</exception>
    public Task<ExtractedFeatures> ExtractAsync(
        IReadOnlyList<string> paths,
        UndecodableImages undecodable,
        FeatureCache? cache = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return ExtractAsync(
            [.. paths.Select(ImageSource.FromFile)],
            undecodable,
            cache,
            progress: progress.Count(TransferStage.Featurize, paths.Count),
            cancellationToken: cancellationToken);
    }

    /// <summary>Computes the features of images in files and at addresses, which are downloaded meanwhile.</summary>
    /// <param name="images">The images.</param>
    /// <param name="downloads">Downloads the images at addresses; null where all are files.</param>
    /// <param name="undecodable">What happens when an image is missing, or cannot be downloaded or decoded.</param>
    /// <param name="cache">Features that were computed before, and where new ones are stored; null for none.</param>
    /// <param name="progress">Receives progress updates, counted in images, skipped ones included.</param>
    /// <param name="cancellationToken">Stops the work in the middle of a batch.</param>
    /// <returns>The features of the images that could be decoded, and what is wrong with the others.</returns>
    /// <exception cref="ArgumentException">An image is at an address, and there are no downloads.</exception>
    /// <exception cref="ImageDecodeException">
    /// An image is missing or cannot be downloaded (<see cref="ImageDownloadException"/>) or decoded, and <paramref name="undecodable"/> is
    /// <see cref="UndecodableImages.Throw"/>.
    /// </exception>
    /// <exception cref="ImageServerException">Too many downloads in a row have failed.</exception>
    /// <exception cref="ObjectDisposedException">The extractor has been disposed.</exception>
    public async Task<ExtractedFeatures> ExtractAsync(
        IReadOnlyList<ImageLocation> images,
        ImageDownloads? downloads,
        UndecodableImages undecodable = UndecodableImages.Throw,
        FeatureCache? cache = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var ahead = new DownloadsAhead(images, downloads, cancellationToken);
        await using (ahead.ConfigureAwait(false))
        {
            var extracted = await ExtractAsync(
                ImageSource.Of(images, ahead),
                undecodable,
                cache,
                progress: progress.Count(TransferStage.Featurize, images.Count),
                cancellationToken: cancellationToken).ConfigureAwait(false);
            return extracted with { ETags = ahead.ETags };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    /// <summary>Computes the features of files or of images in memory.</summary>
    /// <param name="images">The images.</param>
    /// <param name="undecodable">What happens when an image is missing or cannot be decoded.</param>
    /// <param name="cache">Features that were computed before, and where new ones are stored; null for none.</param>
    /// <param name="hashes">Receives the hashes of the first images, as many as it has room for; undefined for undecodable ones.</param>
    /// <param name="progress">Receives progress updates, counted in images, skipped ones included.</param>
    /// <param name="cancellationToken">Stops the work in the middle of a batch.</param>
    /// <returns>The features of the images that could be decoded, and what is wrong with the others.</returns>
    internal async Task<ExtractedFeatures> ExtractAsync(
        IReadOnlyList<ImageSource> images,
        UndecodableImages undecodable,
        FeatureCache? cache = null,
        Memory<ImageHash> hashes = default,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var features = new FeatureMatrix(images.Count, Dimension);
        var indices = new List<int>(images.Count);
        var skipped = new List<ImageDecodeException>();
        await _session.Runner.RunAsync(
            images,
            (index, row) =>
            {
                row.CopyTo(features.RowForWriting(indices.Count));
                indices.Add(index);
            },
            undecodable == UndecodableImages.Skip ? (_, error) => skipped.Add(error) : null,
            cache?.For(_session, Preprocessing, _decoding),
            hashes,
            progress,
            cancellationToken).ConfigureAwait(false);
        if (skipped.Count > 0)
            features = new FeatureMatrix(indices.Count, Dimension, features.Values[..(indices.Count * Dimension)].ToArray());
        return new ExtractedFeatures { Features = features, Indices = indices, Skipped = skipped };
    }
}
