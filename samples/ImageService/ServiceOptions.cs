using TransferLearning;

namespace ImageService;

/// <summary>The section <c>Service</c> of the configuration: appsettings.json, environment variables, command line.</summary>
internal sealed record ServiceOptions
{
    private const string Section = "Service";
    private const int LargestCount = 1024;
    private const int LargestSeconds = 3600;

    /// <summary>
    /// A classifier that the library has saved, or a pretrained network. <value>The default is empty: the embedded backbone.</value>
    /// </summary>
    public string ModelPath { get; init; } = "";

    /// <summary>The number of images computed at once. <value>The default is 0: the number of processors.</value></summary>
    public int Concurrency { get; init; }

    /// <summary>The number of further requests that may wait. <value>The default is 16.</value></summary>
    public int QueueLength { get; init; } = 16;

    /// <summary>
    /// How many requests for an explanation there may be at once, waiting ones included.
    /// <value>The default is 0: half of all places, rounded up.</value>
    /// </summary>
    public int Explanations { get; init; }

    /// <summary>The longest side of the image of an explanation, in pixels. <value>The default is 1024.</value></summary>
    public int ExplanationSide { get; init; } = 1024;

    /// <summary>The Retry-After of a rejected request. <value>The default is 1.</value></summary>
    public int RetryAfterSeconds { get; init; } = 1;

    /// <summary>The largest body of a request. <value>The default is 10 MiB.</value></summary>
    public int MaxRequestBytes { get; init; } = 10 << 20;

    /// <summary>The largest image, as width times height. <value>The default is 50,000,000.</value></summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>The maximum time of an upload. <value>The default is 30.</value></summary>
    public int UploadSeconds { get; init; } = 30;

    /// <summary>The time for running requests to finish after SIGTERM. <value>The default is 60.</value></summary>
    public int ShutdownSeconds { get; init; } = 60;

    /// <summary>Reads and checks the section.</summary>
    /// <exception cref="InvalidOperationException">Values are malformed or out of range; the message lists every violation.</exception>
    public static ServiceOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection(Section).Get<ServiceOptions>() ?? new ServiceOptions();
        string[] violations =
        [
            .. Violation(nameof(Concurrency), options.Concurrency, 0, LargestCount),
            .. Violation(nameof(QueueLength), options.QueueLength, 0, LargestCount),
            .. Violation(nameof(Explanations), options.Explanations, 0, LargestCount),
            .. Violation(nameof(ExplanationSide), options.ExplanationSide, 1, ClassExplanation.LongestSide),
            .. Violation(nameof(RetryAfterSeconds), options.RetryAfterSeconds, 1, LargestSeconds),
            .. Violation(nameof(MaxRequestBytes), options.MaxRequestBytes, 1, 1 << 30),
            .. Violation(nameof(MaxPixels), options.MaxPixels, 1, int.MaxValue / 8),
            .. Violation(nameof(UploadSeconds), options.UploadSeconds, 1, LargestSeconds),
            .. Violation(nameof(ShutdownSeconds), options.ShutdownSeconds, 1, LargestSeconds),
        ];
        if (violations.Length > 0)
            throw new InvalidOperationException($"The configuration cannot be used: {string.Join("; ", violations)}.");
        if (options.Concurrency == 0)
            options = options with { Concurrency = Environment.ProcessorCount };
        return options.Explanations == 0 ? options with { Explanations = (options.Concurrency + options.QueueLength + 1) / 2 } : options;
    }

    private static IEnumerable<string> Violation(string name, long value, long least, long most)
    {
        if (value < least || value > most)
            yield return FormattableString.Invariant($"{Section}:{name} is {value}; it must be {least} to {most}");
    }
}
