namespace TransferLearning;

/// <summary>How images are downloaded.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record ImageDownloadOptions : ICheckedOptions
{
    /// <summary>The default options.</summary>
    public static ImageDownloadOptions Default { get; } = new();

    /// <summary>The maximum number of downloads at a time. <value>The default is 16; 1 to 1,000.</value></summary>
    public int Connections { get; init; } = 16;

    /// <summary>
    /// How often a download is tried again after a temporary failure: no connection, a broken or slow one, or the status 408, 425, 429 or
    /// 500 and above. <value>The default is 4; 0 to 100.</value>
    /// </summary>
    public int Retries { get; init; } = 4;

    /// <summary>
    /// The delay before the first retry; it doubles with each retry, up to 30 seconds. The delay that a server asks for with
    /// <c>Retry-After</c> is respected for all downloads from it, up to 5 minutes. <value>The default is 1 second.</value>
    /// </summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one attempt to download an image may take. <value>The default is 100 seconds.</value></summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>The maximum number of redirects of one download. <value>The default is 5; 0 to 50.</value></summary>
    public int MaxRedirects { get; init; } = 5;

    /// <summary>The largest image that is downloaded, in bytes. <value>The default is 67,108,864.</value></summary>
    public long MaxBytes { get; init; } = 64L << 20;

    /// <summary>
    /// So many downloads in a row that fail temporarily, or with the status 401 or 403, end the work: the server is down, or the addresses
    /// have expired. 0: the work never ends for this reason. <value>The default is 100.</value>
    /// </summary>
    public int MaxFailuresInARow { get; init; } = 100;

    /// <summary>
    /// A folder that keeps the images, created when it does not exist: later runs ask the server whether an image has changed
    /// (<c>If-None-Match</c>) and download it only then. Images without an ETag are not kept. Null: images are not kept.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>
    /// The HTTP client, with the headers, credentials and handlers that your network needs; it is not disposed, and it follows redirects
    /// as it is set up. Null: the library creates one.
    /// </summary>
    public HttpClient? HttpClient { get; init; }

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(Connections is >= 1 and <= 1000, Connections, "1 to 1000");
        errors.Require(Retries is >= 0 and <= 100, Retries, "0 to 100");
        errors.Require(RetryDelay > TimeSpan.Zero && RetryDelay <= TimeSpan.FromDays(1), RetryDelay, "more than 0 and at most 1 day");
        errors.Require(Timeout > TimeSpan.Zero && Timeout <= TimeSpan.FromDays(1), Timeout, "more than 0 and at most 1 day");
        errors.Require(MaxRedirects is >= 0 and <= 50, MaxRedirects, "0 to 50");
        errors.Require(
            MaxBytes is >= 1 and <= ImageDecodeOptions.LargestMaxFileBytes, MaxBytes, $"1 to {ImageDecodeOptions.LargestMaxFileBytes}");
        errors.Require(MaxFailuresInARow >= 0, MaxFailuresInARow, "0 or more");
    }
}
