using System.Net;
using Microsoft.Extensions.Logging;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.BackboneCatalog;

/// <summary>An empty cache folder with short waits, and a look at what is in it.</summary>
internal sealed class CacheFixture : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public CacheFixture()
    {
        Folder = _temporary.File("cache");
        Options = new WeightCacheOptions
        {
            Folder = Folder,
            Offline = false,
            Proxy = new WebProxy(),
            Retries = 2,
            RetryDelay = TimeSpan.FromMilliseconds(5),
            StallTimeout = TimeSpan.FromSeconds(20),
            Logger = Log,
        };
    }

    public string Folder { get; }

    public WeightCacheOptions Options { get; init; }

    public RecordingLogger Log { get; } = new();

    public WeightCache Cache => new(Options);

    /// <summary>The names of the files that a user sees, without the lock.</summary>
    public string[] Visible => Directory.Exists(Folder)
        ? [.. Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Puts bytes into the folder under a name.</summary>
    public void Put(string name, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllBytes(Path.Combine(Folder, name), bytes);
    }

    public void Dispose() => _temporary.Dispose();
}

/// <summary>Keeps what is logged, and lets a test wait for it.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly List<string> _messages = [];

    public IReadOnlyList<string> Messages
    {
        get
        {
            lock (_messages)
                return [.. _messages];
        }
    }

    public async Task WaitForAsync(string part)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!Messages.Any(message => message.Contains(part, StringComparison.Ordinal)))
            await Task.Delay(5, patience.Token);
    }

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_messages)
            _messages.Add(formatter(state, exception));
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
