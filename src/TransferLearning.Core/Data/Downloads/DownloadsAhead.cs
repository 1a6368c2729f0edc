namespace TransferLearning;

/// <summary>
/// Downloads the images of a list in its order and ahead of those who take them, so that they wait for no server while others are there.
/// </summary>
/// <remarks>
/// The images are taken in about the order of the list, each once, from any threads; a thread that takes an image waits until it is there.
/// Downloads are started in order, and one is always allowed where nothing waits to be taken, so that nobody waits for ever.
/// </remarks>
internal sealed class DownloadsAhead : IAsyncDisposable
{
    /// <summary>So many bytes wait in memory, apart from the images that are being downloaded.</summary>
    private const long MostBytes = 128L << 20;

    /// <summary>So many images for each connection are being downloaded or wait to be taken.</summary>
    private const int AheadPerConnection = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly IReadOnlyList<ImageLocation> _images;
    private readonly ImageDownloads? _downloads;
    private readonly object _lock = new();
    private readonly Dictionary<int, (DownloadedImage Image, Exception? Error)> _finished = [];
    private readonly string?[] _etags;
    private readonly CancellationTokenSource _stop;
    private readonly Task[] _workers;
    private TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _next;
    private int _underWay;
    private long _bytes;

    /// <summary>Begins with the downloads.</summary>
    /// <param name="images">Files and addresses.</param>
    /// <param name="downloads">Downloads the addresses; null where there are none.</param>
    /// <param name="cancellationToken">Stops the downloads, and those who wait for them.</param>
    /// <exception cref="ArgumentException">An image is at an address, and there are no downloads.</exception>
    public DownloadsAhead(IReadOnlyList<ImageLocation> images, ImageDownloads? downloads, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        _images = images;
        _downloads = downloads;
        _etags = new string?[images.Count];
        int count = images.Count(image => image.Address is not null);
        if (count > 0 && downloads is null)
            throw new ArgumentException($"An image is at an address; it needs {nameof(ImageDownloads)}.", nameof(downloads));
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        int workers = Math.Min(count, downloads?.Options.Connections ?? 0);
        _workers = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(WorkAsync, CancellationToken.None))];
    }

    /// <summary>The ETag of each image that was downloaded; null for the others.</summary>
    public IReadOnlyList<string?> ETags => _etags;

    /// <summary>What provides the content of each image; null for files.</summary>
    public ImageContent? ContentOf(int index) => _images[index].Address is null ? null : new Content(this, index);

    /// <summary>Ends the downloads that are under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_workers).ConfigureAwait(false);
        foreach (var (image, error) in _finished.Values)
        {
            if (error is null)
                image.Content.Dispose();
        }

        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        while (await StartNextAsync().ConfigureAwait(false) is { } index)
        {
            DownloadedImage image = default;
            Exception? failure = null;
            try
            {
                image = await _downloads!.FetchAsync(_images[index], _stop.Token).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                // Thrown where the image is taken.
                failure = error;
            }

            lock (_lock)
            {
                _etags[index] = image.ETag;
                _bytes += failure is null ? image.Content.Length : 0;
                _finished.Add(index, (image, failure));
                Monitor.PulseAll(_lock);
            }
        }
    }

    /// <summary>The index of the next address, as soon as there is room for it; null at the end.</summary>
    private async Task<int?> StartNextAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Task taken;
            lock (_lock)
            {
                while (_next < _images.Count && _images[_next].Address is null)
                    _next++;
                if (_next == _images.Count)
                    return null;
                if (_underWay == 0 || (_underWay < AheadPerConnection * _workers.Length && _bytes < MostBytes))
                {
                    _underWay++;
                    return _next++;
                }

                taken = _taken.Task;
            }

            await taken.WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }

    private PooledFile Take(int index)
    {
        (DownloadedImage Image, Exception? Error) finished;
        lock (_lock)
        {
            while (!_finished.Remove(index, out finished))
            {
                _stop.Token.ThrowIfCancellationRequested();
                Monitor.Wait(_lock, Patience);
            }

            _underWay--;
            _bytes -= finished.Error is null ? finished.Image.Content.Length : 0;
            _taken.TrySetResult();
            _taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return finished.Error is null ? finished.Image.Content : throw Again(finished.Error);
    }

    /// <summary>An exception that is thrown on another thread than it was caught on keeps its stack.</summary>
    private static Exception Again(Exception error)
    {
        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        return error;
    }

    /// <summary>The content of one image; it can be read once.</summary>
    private sealed class Content(DownloadsAhead ahead, int index) : ImageContent
    {
        public override long Length => throw new NotSupportedException("The length of an image is not known before it is downloaded.");

        public override ImageBytes Read(ImageDecodeOptions options)
        {
            var content = ahead.Take(index);
            if (content.Length > 0)
                return new ImageBytes(content);
            content.Dispose();
            throw new ImageDownloadException(ahead._images[index].Name, "the server sends an empty file");
        }
    }
}
