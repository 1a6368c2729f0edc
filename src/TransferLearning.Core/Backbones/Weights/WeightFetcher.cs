using Polly;
using Polly.Retry;

namespace TransferLearning;

/// <summary>Downloads a file from the first address that serves the right content, with several attempts and growing delays.</summary>
internal sealed class WeightFetcher(WeightCacheOptions options)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Fills the partial file; it is complete and verified when this returns.</summary>
    /// <param name="file">The file.</param>
    /// <param name="partialPath">The path of the partial file; an earlier download there is resumed.</param>
    /// <param name="remedy">A sentence for error messages that says how to install the file manually.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops the download; received bytes are kept.</param>
    public async Task FetchAsync(
        WeightFile file, string partialPath, string remedy, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        Uri[] addresses = [.. options.Mirrors.Select(mirror => Append(mirror, file.FileName)), .. file.Addresses];
        if (addresses.Length == 0)
            throw new WeightDownloadException($"'{file.FileName}' is not cached and has no address. {remedy}");

        using var own = options.HttpClient is null ? CreateClient() : null;
        var download = new WeightDownload(options.HttpClient ?? own!, file, options, progress);
        using var partial = PartialFile.Open(file, partialPath);
        var failures = new List<Exception>();
        foreach (var address in addresses)
        {
            try
            {
                await Retrying(file, address).ExecuteAsync(
                    async token =>
                        await download.RunAsync(address, partial, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception error) when (error is TransientDownloadException or HttpRequestException or WeightVerificationException)
            {
                failures.Add(error);
                if (options.Logger is { } logger)
                    BackboneLog.NextAddress(logger, error, file.FileName, address);
            }
        }

        throw Failure(file, addresses, failures, remedy);
    }

    private static Exception Failure(WeightFile file, Uri[] addresses, List<Exception> failures, string remedy)
    {
        string answers = string.Join("; ", addresses.Zip(failures, (address, error) => $"{address}: {error.Message}"));
        if (failures.OfType<WeightVerificationException>().FirstOrDefault() is { } wrong)
        {
            return new WeightVerificationException(
                $"'{file.FileName}' was served with wrong content, which was discarded ({answers}). A proxy or a login page may be " +
                $"the cause; check the network, or use another mirror. {remedy}", wrong);
        }

        return new WeightDownloadException($"'{file.FileName}' cannot be downloaded ({answers}). {remedy}", failures[0]);
    }

    private ResiliencePipeline Retrying(WeightFile file, Uri address)
    {
        if (options.Retries == 0)
            return ResiliencePipeline.Empty;
        return new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<TransientDownloadException>(),
                MaxRetryAttempts = options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = options.RetryDelay,
                MaxDelay = LongestPause,
                DelayGenerator = arguments => ValueTask.FromResult(RequestedDelay(arguments.Outcome.Exception)),
                OnRetry = arguments =>
                {
                    if (options.Logger is { } logger && arguments.Outcome.Exception is { } error)
                        BackboneLog.Retrying(logger, error, arguments.AttemptNumber + 1, file.FileName, address, arguments.RetryDelay);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>The delay that a server requested, limited; null for the usual growing delay.</summary>
    private static TimeSpan? RequestedDelay(Exception? error)
    {
        if (error is not TransientDownloadException { RetryAfter: { } asked } || asked <= TimeSpan.Zero)
            return null;
        return asked < LongestPause ? asked : LongestPause;
    }

    private HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = options.StallTimeout };
        if (options.Proxy is { } proxy)
            handler.Proxy = proxy;
        var client = new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd(
            "TransferLearning/" + typeof(WeightFetcher).Assembly.GetName().Version?.ToString(3));
        return client;
    }

    private static Uri Append(Uri mirror, string fileName) =>
        new((mirror.AbsoluteUri.EndsWith('/') ? mirror.AbsoluteUri : mirror.AbsoluteUri + "/") + Uri.EscapeDataString(fileName));
}
