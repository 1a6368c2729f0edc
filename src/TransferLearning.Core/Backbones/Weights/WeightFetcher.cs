using Polly;
using Polly.Retry;

namespace TransferLearning;

/// <summary>Fetches a file from the first address that serves the right bytes, trying each one several times with growing pauses.</summary>
internal sealed class WeightFetcher(WeightCacheOptions options)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Fills the partial file; it is complete and verified when this returns.</summary>
    /// <param name="file">What to fetch.</param>
    /// <param name="partialPath">Where to put it; what an earlier attempt left there is resumed.</param>
    /// <param name="remedy">A sentence for error messages that tells how to bring the file by hand.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops; what has been received stays.</param>
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
                    async token => await download.RunAsync(address, partial, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
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
                $"'{file.FileName}' was offered with wrong content, which was not kept ({answers}). A proxy or a login page may stand between; " +
                $"check the network, or use another mirror. {remedy}", wrong);
        }

        return new WeightDownloadException($"'{file.FileName}' cannot be fetched ({answers}). {remedy}", failures[0]);
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
                DelayGenerator = arguments => ValueTask.FromResult(AskedPause(arguments.Outcome.Exception)),
                OnRetry = arguments =>
                {
                    if (options.Logger is { } logger && arguments.Outcome.Exception is { } error)
                        BackboneLog.Retrying(logger, error, arguments.AttemptNumber + 1, file.FileName, address, arguments.RetryDelay);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>The pause that a server asked for, within bounds; null lets it grow as usual.</summary>
    private static TimeSpan? AskedPause(Exception? error)
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
        client.DefaultRequestHeaders.UserAgent.ParseAdd("TransferLearning/" + typeof(WeightFetcher).Assembly.GetName().Version?.ToString(3));
        return client;
    }

    private static Uri Append(Uri mirror, string fileName) =>
        new((mirror.AbsoluteUri.EndsWith('/') ? mirror.AbsoluteUri : mirror.AbsoluteUri + "/") + Uri.EscapeDataString(fileName));
}
