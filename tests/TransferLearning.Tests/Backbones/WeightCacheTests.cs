using System.Net;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.BackboneCatalog;

public sealed class WeightCacheTests : IDisposable
{
    private readonly CacheFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_file_is_downloaded_once_and_no_other_file_is_left_in_the_folder()
    {
        await using var server = await WeightServer.StartAsync();

        string path = await _fixture.Cache.FetchAsync(server.File());
        string again = await _fixture.Cache.FetchAsync(server.File());

        Assert.Equal(path, again);
        Assert.Equal(server.Content, await File.ReadAllBytesAsync(path));
        Assert.Single(server.Requests);
        Assert.Equal(["weights.onnx"], _fixture.Visible);
    }

    [Fact]
    public async Task A_file_that_was_copied_into_the_folder_is_used_even_offline()
    {
        await using var server = await WeightServer.StartAsync();
        var offline = new WeightCache(_fixture.Options with { Offline = true });
        _fixture.Put("weights.onnx", server.Content);

        Assert.Equal(offline.PathOf(server.File()), await offline.FetchAsync(server.File()));
        Assert.Empty(server.Requests);
        Assert.False(Directory.Exists(Path.Combine(_fixture.Folder, ".locks")), "nothing is written when the file is there");
    }

    [Fact]
    public async Task Offline_and_not_cached_the_error_names_address_hash_size_and_folder()
    {
        await using var server = await WeightServer.StartAsync();
        var file = server.File("/first", "/second");

        var error = await Assert.ThrowsAsync<WeightDownloadException>(
            () => new WeightCache(_fixture.Options with { Offline = true }).FetchAsync(file));

        string path = Path.Combine(_fixture.Folder, "weights.onnx");
        foreach (string part in (string[])[file.Addresses[0].AbsoluteUri, file.Addresses[1].AbsoluteUri, file.Sha256, "300000 bytes", path])
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("0", false)]
    [InlineData(null, false)]
    public void The_environment_disables_downloads_unless_the_option_enables_them(string? value, bool offline)
    {
        string? Environment(string name) => name == "TRANSFERLEARNING_OFFLINE" ? value : null;

        Assert.Equal(offline, new WeightCache(_fixture.Options with { Offline = null }, Environment).Offline);
        Assert.False(new WeightCache(_fixture.Options with { Offline = false }, Environment).Offline);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(299_999)]
    [InlineData(300_000)]
    public async Task A_damaged_file_is_renamed_and_downloaded_again(int size)
    {
        await using var server = await WeightServer.StartAsync();
        byte[] damaged = server.Content[..size];
        if (size > 0)
            damaged[size / 2] ^= 0x10;
        _fixture.Put("weights.onnx", damaged);
        Assert.Equal(CachedWeights.Damaged, await _fixture.Cache.CheckAsync(server.File()));

        string path = await _fixture.Cache.FetchAsync(server.File());

        Assert.Equal(server.Content, await File.ReadAllBytesAsync(path));
        Assert.Equal(damaged, await File.ReadAllBytesAsync(path + ".damaged"));
        Assert.Contains(_fixture.Log.Messages, message => message.Contains("damaged", StringComparison.Ordinal));
        Assert.Equal(CachedWeights.Ready, await _fixture.Cache.CheckAsync(server.File()));
    }

    [Fact]
    public async Task A_damaged_file_offline_is_renamed_and_the_error_says_how_to_install_it()
    {
        await using var server = await WeightServer.StartAsync();
        var file = server.File();
        _fixture.Put("weights.onnx", "damaged"u8);

        var error = await Assert.ThrowsAsync<WeightDownloadException>(
            () => new WeightCache(_fixture.Options with { Offline = true }).FetchAsync(file));

        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
        Assert.Contains(file.Sha256, error.Message, StringComparison.Ordinal);
        Assert.Contains($"copy it to '{Path.Combine(_fixture.Folder, "weights.onnx")}'", error.Message, StringComparison.Ordinal);
        Assert.Equal(["weights.onnx.damaged"], _fixture.Visible);
    }

    [Fact]
    public async Task Checking_changes_nothing()
    {
        await using var server = await WeightServer.StartAsync();

        Assert.Equal(CachedWeights.Missing, await _fixture.Cache.CheckAsync(server.File()));
        Assert.False(Directory.Exists(_fixture.Folder));
        _fixture.Put("weights.onnx", "damaged"u8);
        Assert.Equal(CachedWeights.Damaged, await _fixture.Cache.CheckAsync(server.File()));
        Assert.Equal(["weights.onnx"], _fixture.Visible);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Progress_starts_at_zero_ends_at_the_size_and_never_decreases()
    {
        await using var server = await WeightServer.StartAsync(2_000_000);
        var progress = new ListProgress();

        await _fixture.Cache.FetchAsync(server.File(), progress);

        Assert.Equal(0, progress.Values[0].Completed);
        Assert.Equal(1, progress.Values[^1].Fraction);
        Assert.Equal(progress.Completed.Order(), progress.Completed);
        Assert.All(progress.Values, report => Assert.Equal((TransferStage.LoadBackbone, 2_000_000L), (report.Stage, report.Total)));
        Assert.InRange(progress.Values.Count, 3, 210);
    }

    [Fact]
    public async Task Cancellation_stops_at_once_and_the_next_call_resumes()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.Holding(100_000, server.Gate.Task), Answers.Properly);
        using var cancellation = new CancellationTokenSource();
        var progress = new ListProgress(report =>
        {
            if (report.Completed == 100_000)
                cancellation.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _fixture.Cache.FetchAsync(server.File(), progress, cancellation.Token));
        Assert.Equal(["weights.onnx.partial"], _fixture.Visible);
        string path = await _fixture.Cache.FetchAsync(server.File());

        Assert.Equal([0, 100_000], server.Requests.Select(request => request.From));
        Assert.Equal(server.Content, await File.ReadAllBytesAsync(path));
        Assert.Equal(["weights.onnx"], _fixture.Visible);
    }

    [Fact]
    public async Task Own_mirrors_are_tried_before_the_addresses_of_the_file()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/store/weights.onnx", Answers.Status(404));
        var options = _fixture.Options with { Mirrors = [new Uri(server.Address, "/store"), new Uri(server.Address, "/other/")] };

        await new WeightCache(options).FetchAsync(server.File("/catalog"));

        Assert.Equal(["/store/weights.onnx", "/other/weights.onnx"], server.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task A_given_client_is_used_and_not_disposed()
    {
        await using var server = await WeightServer.StartAsync();
        using var handler = new CountingHandler();
        using var client = new HttpClient(handler);

        await new WeightCache(_fixture.Options with { HttpClient = client }).FetchAsync(server.File());

        Assert.Equal(1, handler.Count);
        using var stillWorks = await client.GetAsync(server.File().Addresses[0]);
        Assert.Equal(HttpStatusCode.OK, stillWorks.StatusCode);
    }

    [Fact]
    public async Task A_proxy_is_used()
    {
        // To a proxy, plain HTTP requests are ordinary requests with another host: the loopback server plays both.
        await using var server = await WeightServer.StartAsync();
        var file = server.File() with { Addresses = [new Uri("http://weights.invalid/file")] };

        await new WeightCache(_fixture.Options with { Proxy = new WebProxy(server.Address) }).FetchAsync(file);

        Assert.Equal([new Deferred("/file", 0)], server.Requests);
    }

    [Fact]
    public async Task Threads_of_one_process_share_one_download()
    {
        await using var server = await WeightServer.StartAsync();
        server.Answer("/file", Answers.Holding(1000, server.Gate.Task));
        var calls = Enumerable.Range(0, 8).Select(_ => _fixture.Cache.FetchAsync(server.File())).ToList();
        await _fixture.Log.WaitForAsync("Waiting for another process");
        server.Gate.SetResult();

        string[] paths = await Task.WhenAll(calls);

        Assert.Single(paths.Distinct());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_lock_that_is_never_released_is_an_error_that_names_the_file()
    {
        await using var server = await WeightServer.StartAsync();
        string lockPath = Path.Combine(_fixture.Folder, ".locks", "weights.onnx.lock");
        Directory.CreateDirectory(Path.GetDirectoryName(lockPath)!);
        using var holder = await FileLock.AcquireAsync(lockPath, TimeSpan.FromSeconds(1), () => { }, CancellationToken.None);

        var error = await Assert.ThrowsAsync<WeightStorageException>(
            () => new WeightCache(_fixture.Options with { LockTimeout = TimeSpan.FromMilliseconds(100) }).FetchAsync(server.File()));

        Assert.Contains(lockPath, error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void Every_bad_option_is_listed()
    {
        var options = new WeightCacheOptions
        {
            Folder = "x",
            Retries = -1,
            RetryDelay = TimeSpan.Zero,
            StallTimeout = TimeSpan.FromDays(2),
            ConnectTimeout = TimeSpan.Zero,
            Mirrors = [new Uri("ftp://example.org/")],
            HostMirrors = [new Uri("/relative", UriKind.Relative)],
        };

        var error = Assert.Throws<ArgumentException>(() => new WeightCache(options));

        foreach (string part in (string[])[
            "Retries is -1", "RetryDelay", "StallTimeout", "ConnectTimeout", "ftp://example.org/", "/relative"])
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("c:x")]
    [InlineData("")]
    public void A_file_name_cannot_leave_the_folder(string name) =>
        Assert.Throws<ArgumentException>(() => new WeightFile { FileName = name, Bytes = 1, Sha256 = new string('0', 64) });

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("zz8f8653e7a2222b3904cc3fe8e304cd8b339ce1d05fd24688162f86fb6df52c")]
    public void An_invalid_hash_is_refused(string hash) =>
        Assert.Throws<ArgumentException>(() => new WeightFile { FileName = "x", Bytes = 1, Sha256 = hash });

    private sealed class CountingHandler() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        public int Count { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
