using Polly;
using Polly.Retry;

namespace TransferLearning;

/// <summary>Attempts a download again after temporary failures, with growing delays or those that the server asks for.</summary>
internal static class DownloadRetries
{
    /// <summary>The longest delay of our own.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    /// <summary>What servers are told of the client.</summary>
    public static string UserAgent { get; } = "TransferLearning/" + typeof(DownloadRetries).Assembly.GetName().Version?.ToString(3);

    /// <summary>Creates the attempts.</summary>
    /// <param name="retries">The maximum number of further attempts.</param>
    /// <param name="delay">The delay before the first of them; it doubles with each.</param>
    /// <param name="isWorthRetrying">Whether a further attempt makes sense after a failure, and how many there were before.</param>
    /// <param name="onRetry">Told the failure, the number of the next attempt, from 1, and the delay before it.</param>
    public static ResiliencePipeline Create(
        int retries,
        TimeSpan delay,
        Func<TransientDownloadException, int, bool> isWorthRetrying,
        Action<Exception, int, TimeSpan>? onRetry = null)
    {
        if (retries == 0)
            return ResiliencePipeline.Empty;
        return new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is TransientDownloadException error && isWorthRetrying(error, arguments.AttemptNumber)),
                MaxRetryAttempts = retries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = delay,
                MaxDelay = LongestDelay,
                DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as TransientDownloadException)?.RetryAfter),
                OnRetry = arguments =>
                {
                    if (arguments.Outcome.Exception is { } error)
                        onRetry?.Invoke(error, arguments.AttemptNumber + 1, arguments.RetryDelay);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }
}
