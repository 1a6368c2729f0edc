using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.BackboneCatalog;

/// <summary>Full disks, read-only folders and no home.</summary>
public sealed class WeightStorageTests : IDisposable
{
    private readonly CacheFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_full_disk_is_an_error_that_names_the_space_and_leaves_other_files_unchanged()
    {
        await using var server = await WeightServer.StartAsync();
        using var disk = SmallDisk.Mount("size=128k");
        File.WriteAllText(disk.File("previous.onnx"), "previous");
        var cache = new WeightCache(_fixture.Options with { Folder = disk.Path });

        var error = await Assert.ThrowsAsync<WeightStorageException>(() => cache.FetchAsync(server.File()));

        Assert.Contains("no space left", error.Message, StringComparison.Ordinal);
        Assert.Contains("300000 bytes are needed", error.Message, StringComparison.Ordinal);
        Assert.Contains("TRANSFERLEARNING_HOME", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        Assert.Equal("previous", File.ReadAllText(disk.File("previous.onnx")));
        Assert.Equal([disk.File("previous.onnx")], Directory.GetFiles(disk.Path));
    }

    [Fact]
    public async Task A_read_only_folder_still_provides_its_files_and_is_named_in_the_error_otherwise()
    {
        await using var server = await WeightServer.StartAsync();
        using var disk = SmallDisk.Mount("size=1m");
        File.WriteAllBytes(disk.File("weights.onnx"), server.Content);
        disk.MakeReadOnly();
        var cache = new WeightCache(_fixture.Options with { Folder = disk.Path });

        Assert.Equal(disk.File("weights.onnx"), await cache.FetchAsync(server.File()));
        var error = await Assert.ThrowsAsync<WeightStorageException>(
            () => cache.FetchAsync(server.File() with { FileName = "other.onnx" }));

        Assert.Contains(disk.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("TRANSFERLEARNING_HOME", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_created_is_named_before_any_download()
    {
        await using var server = await WeightServer.StartAsync();
        Directory.CreateDirectory(_fixture.Folder);
        string file = Path.Combine(_fixture.Folder, "a-file");
        File.WriteAllText(file, "");
        var cache = new WeightCache(_fixture.Options with { Folder = Path.Combine(file, "cache") });

        var error = await Assert.ThrowsAsync<WeightStorageException>(() => cache.FetchAsync(server.File()));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_folder_in_place_of_the_file_is_a_storage_error()
    {
        await using var server = await WeightServer.StartAsync();
        Directory.CreateDirectory(Path.Combine(_fixture.Folder, "weights.onnx"));

        var error = await Assert.ThrowsAsync<WeightStorageException>(() => _fixture.Cache.FetchAsync(server.File()));

        Assert.Contains("weights.onnx", error.Message, StringComparison.Ordinal);
    }
}
