using System.Globalization;

namespace TransferLearning;

/// <summary>How long a server asks a client to wait before the next request.</summary>
internal static class RequestedDelay
{
    private const string RateLimit = "RateLimit";

    /// <summary>
    /// The delay of <c>Retry-After</c> (RFC 9110, 10.2.3), or the parameter <c>t</c>, in seconds, of <c>RateLimit</c> (IETF draft
    /// "RateLimit header fields for HTTP"); of several limits the longest. Null if there is none.
    /// </summary>
    public static TimeSpan? Of(HttpResponseMessage response)
    {
        if ((response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - DateTimeOffset.UtcNow) is { } delay)
            return Positive(delay);
        if (!response.Headers.TryGetValues(RateLimit, out var values))
            return null;
        var seconds = values
            .SelectMany(value => value.Split(';', ','))
            .Select(part => part.Trim())
            .Where(part => part.StartsWith("t=", StringComparison.Ordinal))
            .Select(part => int.TryParse(part.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)
            .ToList();
        return Positive(TimeSpan.FromSeconds(seconds.DefaultIfEmpty().Max()));
    }

    private static TimeSpan? Positive(TimeSpan delay) => delay > TimeSpan.Zero ? delay : null;
}
