using TransferLearning.Tests.BackboneCatalog;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Faults;

/// <summary>Rows 19 and 21 to 23, as a user of a backbone meets them. The cache's own tests are in Backbones.</summary>
[Collection(MeasuresTheProcess.Name)]
public sealed class WeightFaultTests
{
    [Theory]
    [InlineData("404")]
    [InlineData("500")]
    [InlineData("stalls")]
    [InlineData("short body")]
    [InlineData("ignores Range")]
    public async Task Row_19_a_server_that_misbehaves_is_abandoned_for_the_mirror(string fault)
    {
        await using var server = await WeightServer.StartAsync(Model());
        server.Answer("/bad", Misbehaviour(fault));
        using var scope = new FaultScope();
        var backbone = Described(server.File("/bad", "/good"));
        var network = await backbone.LoadAsync(Options(scope));
        scope.Keep(scope.Path("weights.onnx"));
        Assert.Equal(Backbones.TinyResNet.Parameters, network.ParameterCount);
        Assert.InRange(server.Requests.Count, 2, 4);
        RemoveLocks(scope);
    }

    [Fact]
    public async Task Row_19_wrong_bytes_are_never_kept()
    {
        await using var server = await WeightServer.StartAsync(Model());
        server.Answer("/file", Answers.WrongBytes);
        using var scope = new FaultScope();
        await scope.RefusedAsync<WeightVerificationException>(
            () => Described(server.File()).LoadAsync(Options(scope)), "weights.onnx", server.File().Sha256);
        RemoveLocks(scope);
    }

    [Fact]
    public async Task Row_21_a_cached_file_that_is_damaged()
    {
        await using var server = await WeightServer.StartAsync(Model());
        using var scope = new FaultScope();
        byte[] damaged = [.. server.Content];
        damaged[1000] ^= 1;
        string path = scope.Put("weights.onnx", damaged);
        var backbone = Described(server.File());
        var offline = Options(scope) with { Offline = true };
        await scope.RefusedAsync<WeightDownloadException>(() => backbone.LoadAsync(offline), path, server.File().Sha256, scope.Folder);
        scope.Keep(path + ".damaged");
        await backbone.LoadAsync(Options(scope));
        Assert.Single(server.Requests);
        RemoveLocks(scope);
    }

    [Fact]
    public async Task Row_22_offline_and_not_cached()
    {
        await using var server = await WeightServer.StartAsync(Model());
        using var scope = new FaultScope();
        var file = server.File();
        await scope.RefusedAsync<WeightDownloadException>(
            () => Described(file)
                .LoadAsync(Options(scope) with { Offline = true }), file.Addresses[0].AbsoluteUri, file.Sha256, scope.Path(file.FileName));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Row_23_a_full_disk_and_a_read_only_folder()
    {
        await using var server = await WeightServer.StartAsync(Model());
        using var disk = SmallDisk.Mount("size=2m");
        await File.WriteAllTextAsync(disk.File("previous.onnx"), "previous");
        using var scope = new FaultScope();
        var options = Options(scope) with { Folder = disk.Path };
        await scope.RefusedAsync<WeightStorageException>(
            () => Described(server.File()).LoadAsync(options), "no space left", "TRANSFERLEARNING_HOME");
        disk.MakeReadOnly();
        await scope.RefusedAsync<WeightStorageException>(
            () => Described(server.File()).LoadAsync(options), disk.Path, "TRANSFERLEARNING_HOME");
        Assert.Equal("previous", await File.ReadAllTextAsync(disk.File("previous.onnx")));
    }

    /// <summary>A model that is saved to a full disk leaves the previous one as it was.</summary>
    [Fact]
    public async Task Row_23_a_model_that_does_not_fit_leaves_the_previous_one()
    {
        using var disk = SmallDisk.Mount("size=2m");
        await File.WriteAllTextAsync(disk.File("model.onnx"), "previous");
        using var scope = new FaultScope();
        var network = await Backbones.TinyResNet.LoadAsync();
        Assert.Throws<IOException>(() => network.Save(disk.File("model.onnx")));
        Assert.Equal("previous", await File.ReadAllTextAsync(disk.File("model.onnx")));
        Assert.Equal([disk.File("model.onnx")], Directory.GetFiles(disk.Path));
    }

    private static byte[] Model() => EmbeddedWeights.ReadBytes();

    private static Backbone Described(WeightFile file) => Backbones.TinyResNet with { Name = "test", Local = null, Weights = file };

    private static WeightCacheOptions Options(FaultScope scope) => new()
    {
        Folder = scope.Folder,
        Offline = false,
        Proxy = new System.Net.WebProxy(),
        Retries = 1,
        RetryDelay = TimeSpan.FromMilliseconds(5),
        StallTimeout = TimeSpan.FromMilliseconds(500),
    };

    private static Answer[] Misbehaviour(string fault) => fault switch
    {
        "404" => [Answers.Status(404)],
        "500" => [Answers.Status(500)],
        "stalls" => [Answers.Silent],
        "short body" => [Answers.EndingEarly(1000)],
        _ => [Answers.Breaking(100_000), Answers.IgnoringRange],
    };

    /// <summary>Locks stay on purpose: to delete one that another process is about to take would let two in.</summary>
    private static void RemoveLocks(FaultScope scope) => Directory.Delete(scope.Path(".locks"), recursive: true);
}
