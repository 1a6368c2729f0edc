using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Polly;

namespace TransferLearning;

/// <summary>
/// Downloads images from http and https addresses, several at a time and ahead of the network that takes them, with retries. The methods
/// of <see cref="FeatureExtractor"/> and <see cref="ImageClassifier"/> that take <see cref="ImageLocation"/>s use it.
/// </summary>
/// <remarks>
/// Safe for use from many threads; use one for all images of a job, so that connections and the pauses that servers ask for are shared.
/// About 128 MB of downloaded images wait in memory at most, apart from those that are being downloaded.
/// </remarks>
/// <example>
/// <code>
/// using var downloads = new ImageDownloads(new ImageDownloadOptions { Folder = "downloads" });
/// ImageLocation[] images = [.. addresses.Select(address => ImageLocation.OfAddress(address))];
/// var predictions = await classifier.PredictAsync(images, downloads, UndecodableImages.Skip);
/// </code>
/// </example>
public sealed class ImageDownloads : IDisposable
{
    /// <summary>A server that asks for a longer pause is not asked again for this image.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    private readonly HttpClient _client;
    private readonly DownloadFolder? _folder;
    private readonly ResiliencePipeline _retries;

    /// <summary>Until when no request goes to a server, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    private readonly ConcurrentDictionary<string, long> _pauses = new(StringComparer.OrdinalIgnoreCase);

    private int _failuresInARow;

    /// <summary>Opens the folder of the options, if they name one; nothing is downloaded yet.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range; the message lists all errors.</exception>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be created.</exception>
    public ImageDownloads(ImageDownloadOptions? options = null)
    {
        Options = options ?? ImageDownloadOptions.Default;
        OptionErrors.ThrowIfAny(Options, nameof(options));
        _folder = Options.Folder is { } folder ? new DownloadFolder(folder) : null;
        _client = Options.HttpClient ?? CreateClient(Options);
        _retries = DownloadRetries.Create(
            Options.Retries, Options.RetryDelay, (error, _) => error.RetryAfter is null || error.RetryAfter <= LongestPause);
    }

    internal ImageDownloadOptions Options { get; }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        if (Options.HttpClient is null)
            _client.Dispose();
    }

    /// <summary>Downloads an image, or takes it from the folder if the server says that it has not changed.</summary>
    /// <exception cref="ImageDownloadException">The image cannot be downloaded.</exception>
    /// <exception cref="ImageServerException">Too many downloads in a row have failed.</exception>
    internal async Task<DownloadedImage> FetchAsync(ImageLocation image, CancellationToken cancellationToken)
    {
        ThrowIfServerFails(null);
        string? etag = null;
        byte[]? kept = _folder?.Find(image.Name, out etag);
        try
        {
            var fetched = await _retries.ExecuteAsync(
                async token => await AttemptAsync(image, etag, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            Interlocked.Exchange(ref _failuresInARow, 0);
            if (fetched is null)
                return new DownloadedImage(Rented(kept!), etag);
            if (_folder is not null && fetched.Value.ETag is { } version)
                _folder.Keep(image.Name, version, fetched.Value.Content.Content.ToArray());
            return fetched.Value;
        }
        catch (TransientDownloadException error)
        {
            string attempts = FormattableString.Invariant($"{Options.Retries + 1} attempts");
            string reason = error.RetryAfter > LongestPause
                ? FormattableString.Invariant($"{error.Message} and asks for a pause of {error.RetryAfter.Value.TotalSeconds:F0} s")
                : Options.Retries == 0 ? error.Message : $"{error.Message}, after {attempts}";
            throw Failure(new ImageDownloadException(image.Name, reason, error) { StatusCode = error.StatusCode, IsTemporary = true });
        }
        catch (HttpRequestException error)
        {
            bool isRefused = error.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
            var failure = new ImageDownloadException(image.Name, error.Message) { StatusCode = error.StatusCode, IsTemporary = isRefused };
            throw isRefused ? Failure(failure) : failure;
        }
    }

    private static HttpClient CreateClient(ImageDownloadOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = options.MaxRedirects > 0,
            MaxAutomaticRedirections = Math.Max(1, options.MaxRedirects),
            ConnectTimeout = ConnectTimeout,
            MaxConnectionsPerServer = options.Connections,

            // A signature is no business of a server that images redirect to.
            UseCookies = false,
        };
        var client = new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd(DownloadRetries.UserAgent);
        return client;
    }

    /// <summary>One request; null where the server says that the given version is still the current one.</summary>
    private async Task<DownloadedImage?> AttemptAsync(ImageLocation image, string? etag, CancellationToken cancellationToken)
    {
        string server = image.Address!.Authority;
        await PauseAsync(server, cancellationToken).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Options.Timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, image.Address);

            // A compressed body would count other bytes, and images are compressed.
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            if (etag is not null)
                request.Headers.TryAddWithoutValidation("If-None-Match", etag);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token)
                .ConfigureAwait(false);
            if (etag is not null && response.StatusCode == HttpStatusCode.NotModified)
                return null;
            Require(response, server);
            var body = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                var content = await ImageStream.ReadAsync(body, Options.MaxBytes, () => TooLarge(null), limit.Token).ConfigureAwait(false);
                return new DownloadedImage(content, response.Headers.ETag?.ToString());
            }
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            string most = FormattableString.Invariant($"{Options.Timeout.TotalSeconds} s");
            throw new TransientDownloadException($"the download was not complete within {most}", innerException: error);
        }
        catch (HttpRequestException error) when (error.StatusCode is null)
        {
            throw new TransientDownloadException($"the server cannot be reached ({error.Message.TrimEnd('.')})", innerException: error);
        }
        catch (IOException error)
        {
            throw new TransientDownloadException("the connection broke before the image was complete", innerException: error);
        }
    }

    /// <summary>Accepts a response with an image, or throws.</summary>
    private void Require(HttpResponseMessage response, string server)
    {
        string status = FormattableString.Invariant($"the server responds {(int)response.StatusCode} {response.StatusCode}");
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK when response.Content.Headers.ContentType?.MediaType == "text/html":
                throw Permanent("the server sends a web page instead of an image", response.StatusCode);
            case HttpStatusCode.OK when response.Content.Headers.ContentLength > Options.MaxBytes:
                throw TooLarge(response.Content.Headers.ContentLength);
            case HttpStatusCode.OK:
                return;
            case HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or HttpStatusCode.TooManyRequests
                or >= HttpStatusCode.InternalServerError:
                var delay = RequestedDelay.Of(response);
                Pause(server, delay);
                throw new TransientDownloadException(status, delay) { StatusCode = response.StatusCode };
            case >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest:
                throw Permanent($"{status}, which is redirected too often or to nowhere", response.StatusCode);
            default:
                throw Permanent(status, response.StatusCode);
        }
    }

    private HttpRequestException TooLarge(long? length)
    {
        string has = length is null ? "more" : FormattableString.Invariant($"{length} bytes, more");
        string over = FormattableString.Invariant($"it has {has} than the limit of {Options.MaxBytes} bytes");
        return Permanent(
            $"{over}; make it smaller, or raise {nameof(ImageDownloadOptions)}.{nameof(ImageDownloadOptions.MaxBytes)}", HttpStatusCode.OK);
    }

    private static HttpRequestException Permanent(string reason, HttpStatusCode status) => new(reason, null, status);

    private static PooledFile Rented(byte[] image)
    {
        byte[] buffer = PixelBuffers.Rent(image.Length);
        image.CopyTo(buffer, 0);
        return new PooledFile(buffer, image.Length);
    }

    /// <summary>Counts a failure that others may follow.</summary>
    private ImageDownloadException Failure(ImageDownloadException error)
    {
        Interlocked.Increment(ref _failuresInARow);
        ThrowIfServerFails(error);
        return error;
    }

    private void ThrowIfServerFails(ImageDownloadException? last)
    {
        if (Options.MaxFailuresInARow == 0 || Volatile.Read(ref _failuresInARow) < Options.MaxFailuresInARow)
            return;
        string failed = FormattableString.Invariant($"{Options.MaxFailuresInARow} downloads in a row have failed");
        throw new ImageServerException(
            $"{failed}{(last is null ? "" : $", the last one: {last.Message.TrimEnd('.')}")}. The server may be down, or the addresses " +
            "may have expired; start again later, with fresh addresses, or raise " +
            $"{nameof(ImageDownloadOptions)}.{nameof(ImageDownloadOptions.MaxFailuresInARow)}.",
            last);
    }

    private void Pause(string server, TimeSpan? delay)
    {
        if (delay is null || delay > LongestPause)
            return;
        long until = Environment.TickCount64 + (long)delay.Value.TotalMilliseconds;
        _pauses.AddOrUpdate(server, until, (_, other) => Math.Max(until, other));
    }

    private Task PauseAsync(string server, CancellationToken cancellationToken)
    {
        long left = _pauses.GetValueOrDefault(server) - Environment.TickCount64;
        return left > 0 ? Task.Delay(TimeSpan.FromMilliseconds(left), cancellationToken) : Task.CompletedTask;
    }
}
