using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TransferLearning.Tests.BackboneCatalog;

/// <summary>Hosts that cannot be reached or ask to be left alone, and mirrors in their place.</summary>
public sealed class UnreachableHostTests : IDisposable
{
    private readonly CacheFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Without_a_network_the_catalog_says_so_within_seconds_in_a_few_lines_and_names_a_way_without()
    {
        // The default delays of a user, and hosts that do not exist.
        var options = new WeightCacheOptions { Folder = _fixture.Folder, Offline = false, Proxy = new WebProxy() };
        var weights = Backbones.MobileNetV2.Weights!;
        var nowhere = Backbones.MobileNetV2 with
        {
            Weights = weights with
            {
                Addresses = [.. weights.Addresses.Select(address => new UriBuilder(address) { Host = address.Host + ".invalid" }.Uri)],
            },
        };

        long start = Stopwatch.GetTimestamp();
        var error = await Assert.ThrowsAsync<WeightDownloadException>(() => nowhere.LoadAsync(options));

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(error.Message.Length, 100, 400);
        string[] parts = ["huggingface.co.invalid", "media.githubusercontent.com.invalid", weights.Sha256, _fixture.Folder];
        foreach (string part in parts)
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"Without a download: the backbone '{Backbones.Default.Name}'.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_does_not_answer_is_given_up_once_for_all_its_addresses()
    {
        // A full backlog: connections are neither accepted nor refused.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start(backlog: 1);
        int port = ((IPEndPoint)silent.LocalEndpoint).Port;
        var waiting = new List<TcpClient>();
        try
        {
            await FillAsync(port, waiting);
            await using var server = await WeightServer.StartAsync();
            var file = server.File() with
            {
                Addresses = [Address(port, "first"), Address(port, "second"), new Uri(server.Address, "/file")],
            };
            var options = _fixture.Options with { ConnectTimeout = TimeSpan.FromSeconds(1.2) };

            long start = Stopwatch.GetTimestamp();
            Assert.True(File.Exists(await new WeightCache(options).FetchAsync(file)));

            Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 1, 4);
            Assert.Single(_fixture.Log.Messages, message => message.Contains("trying the next address", StringComparison.Ordinal));
        }
        finally
        {
            waiting.ForEach(client => client.Dispose());
        }
    }

    [Theory]
    [InlineData("\"api\";r=0;t=1")]
    [InlineData("\"short\";r=0;t=1, \"long\";r=3")]
    public async Task A_limit_says_when_to_come_back(string header)
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.Status(429, ("RateLimit", header)), Answers.Properly);

        Assert.True(File.Exists(await _fixture.Cache.FetchAsync(server.File())));

        Assert.Contains(_fixture.Log.Messages, message => message.EndsWith("00:00:01.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_limit_of_minutes_leads_to_another_host_or_is_named()
    {
        await using var limited = await WeightServer.StartAsync();
        await using var other = await WeightServer.StartAsync();
        foreach (string path in (string[])["/first", "/second"])
            limited.Answer(path, Answers.Status(429, ("RateLimit", "\"api\";r=0;t=287")));
        var file = limited.File("/first", "/second");

        var error = await Assert.ThrowsAsync<WeightDownloadException>(() => _fixture.Cache.FetchAsync(file));
        Assert.Contains("429 Too Many Requests, try again in 287 s", error.Message, StringComparison.Ordinal);
        Assert.Equal(["/first"], limited.Requests.Select(request => request.Path));

        Assert.True(File.Exists(await _fixture.Cache.FetchAsync(
            file with { Addresses = [.. file.Addresses, new Uri(other.Address, "/file")] })));
    }

    [Fact]
    public async Task A_mirror_of_a_host_has_the_same_paths()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/proxy/a/b/weights.onnx", Answers.Status(404));
        var file = server.File() with
        {
            Addresses = [new Uri("https://no.invalid/a/b/weights.onnx?x=1"), new Uri("https://no.invalid/c/weights.onnx")],
        };
        var options = _fixture.Options with { HostMirrors = [new Uri(server.Address, "/proxy/")] };

        Assert.True(File.Exists(await new WeightCache(options).FetchAsync(file)));

        Assert.Equal(["/proxy/a/b/weights.onnx", "/proxy/c/weights.onnx"], server.Requests.Select(request => request.Path));
    }

    private static Uri Address(int port, string path) =>
        new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/{path}"));

    private static async Task FillAsync(int port, List<TcpClient> waiting)
    {
        for (int i = 0; i < 64; i++)
        {
            var client = new TcpClient();
            waiting.Add(client);
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        Assert.Skip("this system accepts connections beyond the backlog");
    }
}
