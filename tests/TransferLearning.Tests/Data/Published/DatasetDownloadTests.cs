using System.Formats.Tar;
using TransferLearning.Tests.BackboneCatalog;
using TransferLearning.Tests.Cli;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data.Published;

/// <summary>Fetching published datasets: what servers do wrong, and archives that nobody should unpack.</summary>
public sealed class DatasetDownloadTests : IDisposable
{
    private static readonly DatasetLayout Folders = new() { Pattern = @"^[^/]+/(?<class>[^/]+)/[^/]+\.jpg$" };

    private readonly CacheFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("pets.zip")]
    [InlineData("pets.tar")]
    [InlineData("pets.tgz")]
    public async Task It_is_fetched_once_read_as_a_dataset_and_its_archive_removed(string name)
    {
        string[] paths = [.. Enumerable.Range(0, 4).SelectMany(i => new[] { $"pets/cat/{i}.jpg", $"pets/dog/{i}.jpg" })];
        byte[] archive = PublishedArchives.Pack(
            name, [.. paths.Select((path, i) => (path, DrawnImages.Encode(i % 2, i))), ("pets/readme.txt", [1])]);
        await using var server = await WeightServer.StartAsync(bytes: 1);
        // Some archives have the name of another kind.
        var small = PublishedArchives.On(server, Folders, ("archive.bin", archive, null));
        Assert.False(small.IsAtHand(_fixture.Options));
        var progress = new List<TransferProgress>();

        var dataset = await ImageDataset.DownloadAsync(
            small, new ImageFolderOptions { ValidationFraction = 0.25 }, _fixture.Options, new Immediate(progress.Add));

        Assert.Equal(("small", 6, 2), (dataset.Name, dataset.Train.Count, dataset.Validation.Count));
        Assert.Equal(["cat", "dog"], dataset.Classes);
        Assert.Empty(dataset.Problems);
        Assert.True(small.IsAtHand(_fixture.Options));
        Assert.Contains(progress, value => value == new TransferProgress(TransferStage.FetchDataset, archive.Length, archive.Length));
        Assert.Contains(progress, value => value is { Stage: TransferStage.UnpackDataset, Completed: 8 });
        Assert.Single(_fixture.Log.Messages, message => message.Contains("for tests", StringComparison.Ordinal));

        int requests = server.Requests.Count;
        await ImageDataset.DownloadAsync(small, null, _fixture.Options with { Offline = true });
        Assert.Equal(requests, server.Requests.Count);
        Assert.Single(_fixture.Log.Messages, message => message.Contains("for tests", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(Path.Combine(_fixture.Folder, "datasets", ".archives"), "*.bin", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_server_that_breaks_stalls_and_sends_wrong_bytes_costs_time_only()
    {
        await using var server = await WeightServer.StartAsync(bytes: 1);
        byte[] archive = PublishedArchives.Zip([.. PublishedArchives.Files("a/cat/1.jpg", "a/dog/1.jpg"), ("x.bin", new byte[200_000])]);
        var small = PublishedArchives.On(server, Folders, ("pets.zip", archive, null));
        server.Answer("/wrong", Serving(Answers.WrongBytes, archive));
        server.Answer("/gone", Answers.Status(404));
        server.Answer("/pets.zip", Answers.Status(503), Serving(Answers.Breaking(300), archive), Serving(Answers.Properly, archive));
        small = small with
        {
            Files = [small.Files[0] with { Addresses = [new(server.Address, "wrong"), new(server.Address, "gone"), .. small.Files[0]
                .Addresses] }],
        };

        string folder = await small.FetchAsync(_fixture.Options);

        Assert.Equal(["cat/1.jpg", "dog/1.jpg"], PublishedArchives.Listing(folder));
        Assert.Equal([0, 0, 0, 0, 300], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task Wrong_bytes_alone_leave_nothing_that_looks_like_a_dataset()
    {
        await using var server = await WeightServer.StartAsync(bytes: 1);
        byte[] archive = PublishedArchives.Zip(PublishedArchives.Files("a/cat/1.jpg"));
        var small = PublishedArchives.On(server, Folders, ("pets.zip", archive, null));
        server.Answer("/pets.zip", Serving(Answers.WrongBytes, archive));
        await Assert.ThrowsAsync<WeightVerificationException>(() => small.FetchAsync(_fixture.Options));
        AssertNothing(small);
    }

    [Theory]
    [InlineData("up", "leads out")]
    [InlineData("absolute", "leads out")]
    [InlineData("colon", "unsafe name")]
    [InlineData("twice", "two files")]
    [InlineData("bomb", "unpacks to more than")]
    [InlineData("cut", "cut off or damaged")]
    [InlineData("text", "neither zip, tar nor gzip")]
    [InlineData("empty", "no images where they are expected")]
    public async Task An_archive_that_is_not_what_it_should_be_is_refused_as_a_whole(string kind, string said)
    {
        byte[] good = PublishedArchives.Tar(PublishedArchives.Files("a/cat/1.jpg", "a/dog/1.jpg"));
        byte[] archive = kind switch
        {
            "up" => PublishedArchives.Zip(PublishedArchives.Files("a/cat/1.jpg", "a/../../../evil.jpg")),
            "absolute" => PublishedArchives.Tar(PublishedArchives.Files("a/cat/1.jpg", "/tmp/evil/x.jpg")),
            "colon" => PublishedArchives.Zip(PublishedArchives.Files("a/cat/1.jpg", "a/c:evil/1.jpg")),
            "twice" => PublishedArchives.Tar(PublishedArchives.Files("a/cat/1.jpg", "b/cat/1.jpg")),
            "bomb" => PublishedArchives.Zip(("a/cat/1.jpg", new byte[200 << 20])),
            "cut" => PublishedArchives.Gzip(good)[..^100],
            "text" => "no archive at all"u8.ToArray(),
            _ => PublishedArchives.Zip(PublishedArchives.Files("readme.txt")),
        };
        await using var server = await WeightServer.StartAsync(bytes: 1);
        var small = PublishedArchives.On(server, Folders, ("pets.zip", archive, null));

        var error = await Assert.ThrowsAsync<DatasetException>(() => small.FetchAsync(_fixture.Options));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        AssertNothing(small);
        Assert.False(File.Exists("/tmp/evil/x.jpg"));
        Assert.Empty(Directory.GetFiles(_fixture.Folder, "*evil*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Links_in_an_archive_are_left_out()
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "a/cat/link.jpg") { LinkName = "/etc/passwd" });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "./a/dog/1.jpg") { DataStream = new MemoryStream([1, 2, 3]) });
        }

        await using var server = await WeightServer.StartAsync(bytes: 1);
        var small = PublishedArchives.On(server, Folders, ("pets.tar", stream.ToArray(), null));
        Assert.Equal(["dog/1.jpg"], PublishedArchives.Listing(await small.FetchAsync(_fixture.Options)));
    }

    [Fact]
    public async Task An_archive_within_an_archive()
    {
        byte[] inner = PublishedArchives.Gzip(PublishedArchives.Tar(PublishedArchives.Files(
            "101_ObjectCategories/ant/image_0001.jpg", "101_ObjectCategories/BACKGROUND_Google/image_0001.jpg")));
        await using var server = await WeightServer.StartAsync(bytes: 1);
        var small = PublishedArchives.On(
            server,
            Datasets.Caltech101.Layout,
            ("caltech-101.zip",
                PublishedArchives.Zip(("caltech-101/101_ObjectCategories.tar.gz", inner), ("caltech-101/Annotations.tar", [1, 2])), null));
        Assert.Equal(["ant/image_0001.jpg"], PublishedArchives.Listing(await small.FetchAsync(_fixture.Options)));
    }

    [Fact]
    public async Task A_cancelled_fetch_goes_on_later()
    {
        await using var server = await WeightServer.StartAsync(bytes: 1);
        byte[] stored = PublishedArchives.Tar([.. PublishedArchives.Files("a/cat/1.jpg"), ("x.bin", new byte[300_000])]);
        var small = PublishedArchives.On(server, Folders, ("pets.tar", stored, null));
        using var cancellation = new CancellationTokenSource();
        var progress = new Immediate(value =>
        {
            if (value.Stage == TransferStage.UnpackDataset)
                cancellation.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => small.FetchAsync(_fixture.Options, progress, cancellation.Token));
        AssertNothing(small);

        int requests = server.Requests.Count;
        string folder = await small.FetchAsync(_fixture.Options);
        Assert.Equal(["cat/1.jpg"], PublishedArchives.Listing(folder));
        Assert.Equal(requests, server.Requests.Count);
    }

    [Fact]
    public async Task The_tool_lists_shows_and_without_a_network_says_where_to_put_the_file()
    {
        var list = await CliRun.RunAsync("datasets", "list");
        Assert.Equal((0, ""), (list.ExitCode, list.Errors));
        Assert.Matches(@"oxford-iiit-pet +37 +3,680 +– +3,669 +811 MB +CC BY-SA 4\.0", list.Output);
        var json = (await CliRun.RunAsync("datasets", "show", "CIFAR10", "--json")).Json();
        Assert.Equal("cifar-10", json.GetProperty("name").GetString());
        var home = new Dictionary<string, string?> { ["TRANSFERLEARNING_HOME"] = _fixture.Folder };
        var fetch = await CliRun.RunAsync(home, "datasets", "fetch", "beans");
        Assert.Contains("train.zip", fetch.RefusedLine(exitCode: 1), StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_fixture.Folder, "datasets", ".archives", "beans"), fetch.Errors, StringComparison.Ordinal);
    }

    private static Answer Serving(Answer answer, byte[] content) => (context, _) => answer(context, content);

    private void AssertNothing(NamedDataset dataset)
    {
        Assert.False(dataset.IsAtHand(_fixture.Options));
        Assert.False(Directory.Exists(Path.Combine(_fixture.Folder, "datasets", dataset.Name)));
        Assert.Empty(Directory.GetDirectories(Path.Combine(_fixture.Folder, "datasets", ".archives", dataset.Name), "*unpack*"));
    }

    private sealed class Immediate(Action<TransferProgress> report) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => report(value);
    }
}
