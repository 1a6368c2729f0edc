using System.Net;
using Microsoft.Extensions.Logging;

namespace TransferLearning;

/// <summary>The folder of the weights, and how they are downloaded.</summary>
public sealed record WeightCacheOptions : ICheckedOptions
{
    /// <summary>The default options.</summary>
    public static WeightCacheOptions Default { get; } = new();

    /// <summary>
    /// The folder of the weights. Null: the environment variable <c>TRANSFERLEARNING_HOME</c>, or the cache folder of the operating system
    /// (<c>$XDG_CACHE_HOME/transferlearning</c> or <c>~/.cache/transferlearning</c>, <c>~/Library/Caches/transferlearning</c> on macOS,
    /// <c>%LOCALAPPDATA%\transferlearning\cache</c> on Windows).
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>
    /// True: downloads are disabled, and weights that are not cached are an error that says how to install them. Null: true if the
    /// environment variable <c>TRANSFERLEARNING_OFFLINE</c> is <c>1</c> or <c>true</c>.
    /// </summary>
    public bool? Offline { get; init; }

    /// <summary>
    /// Base addresses of your own mirrors, for instance an artifact store: the file name is appended to each. They are tried before the
    /// addresses of the catalog. <value>The default is none.</value>
    /// </summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = [];

    /// <summary>
    /// Base addresses of mirrors that have the files under the same paths as the catalog's hosts: with
    /// <c>https://hub.example.org/proxy</c>, <c>https://huggingface.co/a/b.onnx</c> is also looked for at
    /// <c>https://hub.example.org/proxy/a/b.onnx</c>. They are tried after <see cref="Mirrors"/> and before the addresses of the catalog.
    /// <value>The default is none.</value>
    /// </summary>
    public IReadOnlyList<Uri> HostMirrors { get; init; } = [];

    /// <summary>
    /// The HTTP client for downloads, with the headers, credentials and handlers that your network needs; it is not disposed. Null: the
    /// library creates one, which follows redirects and the proxy settings of the system and of the environment (<c>HTTPS_PROXY</c> …).
    /// </summary>
    public HttpClient? HttpClient { get; init; }

    /// <summary>
    /// The proxy of the client that the library creates; not used with <see cref="HttpClient"/>. Null: that of the system.
    /// </summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>How often an address is tried again after a temporary error. <value>The default is 3.</value></summary>
    public int Retries { get; init; } = 3;

    /// <summary>
    /// The delay before the first retry; it doubles with each retry, up to 30 seconds. A delay that the server asks for
    /// (<c>Retry-After</c>, or <c>t</c> of <c>RateLimit</c>) is respected; where it is longer than 30 seconds, the next address is tried
    /// instead. <value>The default is 1 second.</value>
    /// </summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long connecting to a host may take; not used with <see cref="HttpClient"/>. A host that cannot be reached is given up within
    /// seconds, and its other addresses are not tried. <value>The default is 2 seconds.</value>
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a server may take to respond, and for each further 4096 bytes, before the attempt fails. <value>The default is 30
    /// seconds.</value>
    /// </summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for another process that downloads the same file. <value>The default is 30 minutes.</value></summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Receives retries, damaged files and unverified preprocessing; null for none.</summary>
    public ILogger? Logger { get; init; }

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(Retries is >= 0 and <= 100, Retries, "0 to 100");
        RequirePositive(RetryDelay, nameof(RetryDelay));
        RequirePositive(ConnectTimeout, nameof(ConnectTimeout));
        RequirePositive(StallTimeout, nameof(StallTimeout));
        RequirePositive(LockTimeout, nameof(LockTimeout));
        errors.RequireNotNull(Mirrors);
        errors.RequireNotNull(HostMirrors);
        RequireAddresses(Mirrors, nameof(Mirrors));
        RequireAddresses(HostMirrors, nameof(HostMirrors));

        void RequireAddresses(IReadOnlyList<Uri>? mirrors, string name)
        {
            foreach (var mirror in mirrors ?? [])
            {
                bool fits = mirror is { IsAbsoluteUri: true, Scheme: "http" or "https" };
                errors.Require(fits, mirror, "an absolute http or https address", name);
            }
        }

        void RequirePositive(TimeSpan value, string name) =>
            errors.Require(value > TimeSpan.Zero && value <= TimeSpan.FromDays(1), value, "more than 0 and at most 1 day", name);
    }
}
