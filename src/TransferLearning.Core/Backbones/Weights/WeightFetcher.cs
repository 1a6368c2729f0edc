using Polly;

namespace TransferLearning;

/// <summary>Downloads a file from the first address that serves the right content, with several attempts and growing delays.</summary>
internal sealed class WeightFetcher(WeightCacheOptions options)
{
    /// <summary>
    /// A host that refuses the connection is tried again only as long as all waits are no longer than this, so that a machine without a
    /// network is told so within seconds.
    /// </summary>
    private static readonly TimeSpan ReachingPause = TimeSpan.FromSeconds(1);

    /// <summary>Fills the partial file; it is complete and verified when this returns.</summary>
    /// <param name="file">The file.</param>
    /// <param name="partialPath">The path of the partial file; an earlier download there is resumed.</param>
    /// <param name="remedy">A sentence for error messages that says how to install the file manually.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops the download; received bytes are kept.</param>
    public async Task FetchAsync(
        WeightFile file, string partialPath, string remedy, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        Uri[] addresses = DownloadAddresses.Of(file, options);
        if (addresses.Length == 0)
            throw new WeightDownloadException($"'{file.FileName}' is not cached and has no address. {remedy}");

        using var own = options.HttpClient is null ? CreateClient() : null;
        var download = new WeightDownload(options.HttpClient ?? own!, file, options, progress);
        using var partial = PartialFile.Open(file, partialPath);
        var failures = new List<DownloadFailure>();
        foreach (var address in addresses)
        {
            if (failures.Find(failure => failure.IsOfHost(address)) is { } unreachable)
            {
                failures.Add(unreachable with { Address = address });
                continue;
            }

            try
            {
                await Retrying(file, address).ExecuteAsync(
                    async token =>
                        await download.RunAsync(address, partial, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception error) when (error is TransientDownloadException or HttpRequestException or WeightVerificationException)
            {
                failures.Add(new DownloadFailure(address, error));
                if (options.Logger is { } logger)
                    BackboneLog.NextAddress(logger, error, file.FileName, address);
            }
        }

        throw DownloadFailure.Combine(file, failures, remedy);
    }

    private ResiliencePipeline Retrying(WeightFile file, Uri address) =>
        DownloadRetries.Create(options.Retries, options.RetryDelay, IsWorthRetrying, (error, attempt, delay) =>
        {
            if (options.Logger is { } logger)
                BackboneLog.Retrying(logger, error, attempt, file.FileName, address, delay);
        });

    private bool IsWorthRetrying(TransientDownloadException error, int attempt)
    {
        if (!error.IsUnreachable)
            return error.RetryAfter is null || error.RetryAfter <= DownloadRetries.LongestDelay;

        // The waits double: 1, 3, 7 … times the first one.
        return error.InnerException is not OperationCanceledException
            && options.RetryDelay * (Math.Pow(2, attempt + 1) - 1) <= ReachingPause;
    }

    private HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = options.ConnectTimeout };
        if (options.Proxy is { } proxy)
            handler.Proxy = proxy;
        var client = new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd(DownloadRetries.UserAgent);
        return client;
    }
}
