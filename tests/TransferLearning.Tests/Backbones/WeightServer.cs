using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TransferLearning.Tests.BackboneCatalog;

/// <summary>How the server answers one request for the given content.</summary>
internal delegate Task Answer(HttpContext context, byte[] content);

/// <summary>What a client asked for: the path and the first byte of the range, 0 without one.</summary>
internal sealed record Deferred(string Path, long From);

/// <summary>A real web server on loopback that serves one file and misbehaves as a test wants it to.</summary>
internal sealed class WeightServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, Queue<Answer>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Deferred> _asked = new();

    private WeightServer(WebApplication application, byte[] content)
    {
        _application = application;
        Content = content;
    }

    /// <summary>The right bytes.</summary>
    public byte[] Content { get; }

    /// <summary>The requests so far.</summary>
    public IReadOnlyList<Deferred> Requests => [.. _asked];

    /// <summary>Set it to release the answers that wait for it.</summary>
    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The file as a catalog would describe it, with one address for each path.</summary>
    public WeightFile File(params string[] paths) => new()
    {
        FileName = "weights.onnx",
        Bytes = Content.Length,
        Sha256 = ContentHash.Of(Content),
        Addresses = [.. (paths.Length == 0 ? ["/file"] : paths).Select(path => new Uri(Address, path))],
    };

    /// <summary>The address of the server.</summary>
    public Uri Address =>
        new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Starts a server for random bytes.</summary>
    public static Task<WeightServer> StartAsync(int bytes = 300_000)
    {
        byte[] content = new byte[bytes];
        new Random(1).NextBytes(content);
        return StartAsync(content);
    }

    /// <summary>Starts a server for the given bytes.</summary>
    public static async Task<WeightServer> StartAsync(byte[] content)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinResponseDataRate = null);
        var application = builder.Build();
        var server = new WeightServer(application, content);
        application.Run(server.AnswerAsync);
        await application.StartAsync();
        return server;
    }

    /// <summary>Responds to the requests for a path in order; the last response is repeated. Other paths are served correctly.</summary>
    public void Answer(string path, params Answer[] answers) => _answers[path] = new Queue<Answer>(answers);

    public async ValueTask DisposeAsync()
    {
        Gate.TrySetResult();
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _application.StopAsync(impatient.Token);
        await _application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path;
        _asked.Enqueue(new Deferred(path, Answers.From(context)));
        var answer = (Answer)Answers.Properly;
        if (_answers.TryGetValue(path, out var queue))
        {
            lock (queue)
                answer = queue.Count > 1 ? queue.Dequeue() : queue.Peek();
        }

        try
        {
            await answer(context, Content);
        }
        catch (OperationCanceledException)
        {
            // The client has disconnected, which many tests cause on purpose.
        }
    }
}
