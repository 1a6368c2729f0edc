using System.Globalization;
using TransferLearning.Tests.BackboneCatalog;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Faults;

/// <summary>Rows 18, 20 and 23: several processes on one cache folder, some of them killed.</summary>
public sealed class WeightProcessFaultTests : IDisposable
{
    private readonly CacheFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Row_18_a_download_whose_process_is_killed_is_resumed_by_the_next()
    {
        await using var server = await WeightServer.StartAsync(1_000_000);
        server.Answer("/file", Answers.Holding(600_000, server.Gate.Task), Answers.Properly);
        using (var child = Fetch(server))
        {
            await PartialReachesAsync(600_000);
            child.Kill();
        }

        Assert.Equal(["weights.onnx.partial"], _fixture.Visible);
        string path = await _fixture.Cache.FetchAsync(server.File());

        Assert.Equal(server.Content, await File.ReadAllBytesAsync(path));
        Assert.Equal([0, 600_000], server.Requests.Select(request => request.From));
        Assert.Equal(["weights.onnx"], _fixture.Visible);
    }

    [Fact]
    public async Task Row_20_a_process_that_dies_holding_the_lock_hands_over_to_the_one_that_waits()
    {
        await using var server = await WeightServer.StartAsync(1_000_000);
        server.Answer("/file", Answers.Holding(600_000, server.Gate.Task), Answers.Properly);
        using var child = Fetch(server);
        await PartialReachesAsync(600_000);
        var waiting = _fixture.Cache.FetchAsync(server.File());
        await _fixture.Log.WaitForAsync("Waiting for another process");
        Assert.Single(server.Requests);

        child.Kill();
        string path = await waiting;

        Assert.Equal(server.Content, await File.ReadAllBytesAsync(path));
        Assert.Equal([0, 600_000], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task Row_20_four_processes_that_race_make_one_download()
    {
        await using var server = await WeightServer.StartAsync(1_000_000);
        server.Answer("/file", Answers.Holding(10_000, server.Gate.Task));
        ChildProcess[] children = [Fetch(server), Fetch(server), Fetch(server), Fetch(server)];
        try
        {
            await Task.WhenAll(children.Select(child => child.WaitForLineAsync("start")));
            await PartialReachesAsync(10_000);
            server.Gate.SetResult();

            string[] done = await Task.WhenAll(children.Select(child => child.WaitForLineAsync("done ")));
            var ends = await Task.WhenAll(children.Select(child => child.EndAsync()));

            Assert.All(done, line => Assert.Equal("done " + Path.Combine(_fixture.Folder, "weights.onnx"), line));
            Assert.All(ends, end => Assert.Equal((0, ""), end));
            Assert.Single(server.Requests);
            Assert.Equal(["weights.onnx"], _fixture.Visible);
        }
        finally
        {
            foreach (var child in children)
                child.Dispose();
        }
    }

    [Fact]
    public async Task Row_23_without_a_home_folder_the_error_names_the_variable_to_set()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows finds the folder without HOME.");
        await using var server = await WeightServer.StartAsync();
        var environment = new Dictionary<string, string?>
        {
            ["HOME"] = null, ["XDG_CACHE_HOME"] = null, ["TRANSFERLEARNING_HOME"] = null, ["DOTNET_CLI_HOME"] = _fixture.Folder,
        };
        using var child = ChildProcess.Start(environment, Arguments(server));

        var (exitCode, errors) = await child.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith("WeightStorageException: ", errors, StringComparison.Ordinal);
        Assert.Contains("HOME is not set", errors, StringComparison.Ordinal);
        Assert.Contains("Set TRANSFERLEARNING_HOME", errors, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Row_22_the_environment_sets_the_folder_and_disables_downloads()
    {
        await using var server = await WeightServer.StartAsync();
        var environment =
            new Dictionary<string, string?> { ["TRANSFERLEARNING_HOME"] = _fixture.Folder, ["TRANSFERLEARNING_OFFLINE"] = "1" };
        using var child = ChildProcess.Start(environment, Arguments(server));

        var (exitCode, errors) = await child.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith("WeightDownloadException: ", errors, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_fixture.Folder, "weights.onnx"), errors, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    private ChildProcess Fetch(WeightServer server) => ChildProcess.Start([.. Arguments(server), _fixture.Folder]);

    private static string[] Arguments(WeightServer server)
    {
        var file = server.File();
        return ["fetch", file.Addresses[0].AbsoluteUri, file.FileName, file.Bytes.ToString(CultureInfo.InvariantCulture), file.Sha256];
    }

    private async Task PartialReachesAsync(long bytes)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var partial = new FileInfo(Path.Combine(_fixture.Folder, "weights.onnx.partial"));
        while (!partial.Exists || partial.Length < bytes)
        {
            await Task.Delay(10, patience.Token);
            partial.Refresh();
        }
    }
}
