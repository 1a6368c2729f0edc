using System.Net;
using System.Net.Sockets;

namespace TransferLearning.Tests.BackboneCatalog;

/// <summary>A real server that misbehaves in every way; wrong bytes never become visible.</summary>
public sealed class WeightDownloadFaultTests : IDisposable
{
    private readonly CacheFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(204)]
    public async Task A_permanent_refusal_is_not_retried_but_the_mirror_is_tried(int status)
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/first", Answers.Status(status));

        await FetchAndCompareAsync(server, "/first", "/mirror");

        Assert.Equal(["/first", "/mirror"], server.Requests.Select(request => request.Path));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task A_temporary_error_is_retried(int status)
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.Status(status), Answers.Status(status), Answers.Properly);

        await FetchAndCompareAsync(server);

        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task After_the_last_retry_the_error_lists_every_address_with_its_response_and_the_remedy()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/first", Answers.Status(404));
        server.Answer("/second", Answers.Status(500));
        var file = server.File("/first", "/second");

        var error = await Assert.ThrowsAsync<WeightDownloadException>(() => _fixture.Cache.FetchAsync(file));

        Assert.Equal(["/first", "/second", "/second", "/second"], server.Requests.Select(request => request.Path));
        string path = Path.Combine(_fixture.Folder, "weights.onnx");
        foreach (string part in (string[])["/first: it responds 404", "/second: it responds 500", file.Sha256, path])
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        AssertNothingVisible();
    }

    [Fact]
    public async Task No_retries_means_one_attempt()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.Status(500), Answers.Properly);

        await Assert.ThrowsAsync<WeightDownloadException>(
            () => new WeightCache(_fixture.Options with { Retries = 0 }).FetchAsync(server.File()));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Retry_delays_grow()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.Status(500));
        var options = _fixture.Options with { Retries = 3, RetryDelay = TimeSpan.FromMilliseconds(20) };

        await Assert.ThrowsAsync<WeightDownloadException>(() => new WeightCache(options).FetchAsync(server.File()));

        var attempts = _fixture.Log.Messages.Where(message => message.StartsWith("Attempt", StringComparison.Ordinal));
        string[] pauses = [.. attempts.Select(message => message[(message.LastIndexOf(' ') + 1)..])];
        Assert.Equal(["00:00:00.0200000.", "00:00:00.0400000.", "00:00:00.0800000."], pauses);
    }

    [Fact]
    public async Task A_delay_that_the_server_requests_is_respected()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.Status(503, ("Retry-After", "1")), Answers.Properly);

        await FetchAndCompareAsync(server);

        Assert.Contains(_fixture.Log.Messages, message => message.EndsWith("00:00:01.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unreachable_server_is_retried_and_then_named()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/file");
        free.Stop();
        var file = new WeightFile { FileName = "weights.onnx", Bytes = 1, Sha256 = new string('0', 64), Addresses = [address] };

        var error = await Assert.ThrowsAsync<WeightDownloadException>(() => _fixture.Cache.FetchAsync(file));

        Assert.Contains($"{address}: it cannot be reached", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, _fixture.Log.Messages.Count(message => message.StartsWith("Attempt", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_server_that_does_not_respond_is_abandoned()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.Silent, Answers.Properly);

        await FetchAndCompareAsync(server, Impatient);

        Assert.Equal(2, server.Requests.Count);
        Assert.Contains(_fixture.Log.Messages, message => message.StartsWith("Attempt 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_stalls_in_the_middle_is_abandoned_and_resumed()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.Holding(120_000, server.Gate.Task), Answers.Properly);

        await FetchAndCompareAsync(server, Impatient);

        Assert.Equal([0, 120_000], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task A_server_that_sends_too_slowly_counts_as_stalled()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/drip", Answers.Dripping);

        await FetchAndCompareAsync(server, Impatient with { Retries = 1 }, "/drip", "/mirror");

        Assert.Equal(["/drip", "/drip", "/mirror"], server.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task A_broken_connection_is_resumed_at_the_same_byte()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.Breaking(100_000), Answers.Breaking(50_000), Answers.Properly);

        await FetchAndCompareAsync(server);

        Assert.Equal([0, 100_000, 150_000], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task A_body_that_ends_early_is_resumed()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.EndingEarly(1234), Answers.Properly);

        await FetchAndCompareAsync(server);

        Assert.Equal([0, 1234], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_sends_everything_again()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.Breaking(100_000), Answers.IgnoringRange);

        await FetchAndCompareAsync(server);

        Assert.Equal([0, 100_000], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task After_a_response_with_another_range_the_whole_file_is_requested()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.Breaking(100_000), Answers.OtherRange, Answers.Properly);

        await FetchAndCompareAsync(server);

        Assert.Equal([0, 100_000, 0], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task After_an_unsatisfiable_range_the_whole_file_is_requested()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.Breaking(100_000), Answers.Status(416), Answers.Properly);

        await FetchAndCompareAsync(server);

        Assert.Equal([0, 100_000, 0], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task A_redirect_is_followed_with_the_range()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.Status(302, ("Location", "/store")));
        server.Answer("/store", Answers.Breaking(100_000), Answers.Properly);

        await FetchAndCompareAsync(server);

        Assert.Equal([new("/file", 0), new("/store", 0), new("/file", 100_000), new("/store", 100_000)], server.Requests);
    }

    [Fact]
    public async Task Wrong_bytes_are_never_kept()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.WrongBytes);
        var file = server.File();

        var error = await Assert.ThrowsAsync<WeightVerificationException>(() => _fixture.Cache.FetchAsync(file));

        Assert.Contains(file.Sha256, error.Message, StringComparison.Ordinal);
        Assert.Contains(file.Addresses[0].AbsoluteUri, error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        AssertNothingVisible();
    }

    [Fact]
    public async Task Wrong_bytes_at_one_address_lead_to_the_mirror()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/first", Answers.WrongBytes);

        await FetchAndCompareAsync(server, "/first", "/mirror");

        Assert.Equal([new Deferred("/first", 0), new Deferred("/mirror", 0)], server.Requests);
    }

    [Fact]
    public async Task A_login_page_is_refused_by_its_length_and_named_by_its_type()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.LoginPage);

        var error = await Assert.ThrowsAsync<WeightVerificationException>(() => _fixture.Cache.FetchAsync(server.File()));

        Assert.Contains("text/html", error.Message, StringComparison.Ordinal);
        Assert.Contains("login page", error.Message, StringComparison.Ordinal);
        AssertNothingVisible();
    }

    [Fact]
    public async Task More_bytes_than_expected_are_an_error()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.TooMany);

        var error = await Assert.ThrowsAsync<WeightVerificationException>(() => _fixture.Cache.FetchAsync(server.File()));

        Assert.Contains("more than 300000 bytes", error.Message, StringComparison.Ordinal);
        AssertNothingVisible();
    }

    [Theory]
    [InlineData(1000, new long[] { 1000, 0 })]
    [InlineData(300_000, new long[] { 0 })]
    [InlineData(300_001, new long[] { 0 })]
    public async Task The_partial_file_of_an_earlier_attempt_is_not_trusted(int size, long[] asked)
    {
        await using var server = await WeightServer.StartAsync();
        _fixture.Put("weights.onnx.partial", new byte[size]);

        await FetchAndCompareAsync(server);

        Assert.Equal(asked, server.Requests.Select(request => request.From));
    }

    private WeightCacheOptions Impatient => _fixture.Options with { StallTimeout = TimeSpan.FromSeconds(1) };

    private Task FetchAndCompareAsync(WeightServer server, params string[] paths) => FetchAndCompareAsync(server, _fixture.Options, paths);

    private async Task FetchAndCompareAsync(WeightServer server, WeightCacheOptions options, params string[] paths)
    {
        string path = await new WeightCache(options).FetchAsync(server.File(paths));
        Assert.Equal(server.Content, await File.ReadAllBytesAsync(path));
        Assert.Equal(["weights.onnx"], _fixture.Visible);
    }

    private void AssertNothingVisible() => Assert.Empty(_fixture.Visible);
}
