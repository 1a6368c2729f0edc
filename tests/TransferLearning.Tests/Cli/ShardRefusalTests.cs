using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>What keeps parts from being written: one line, exit code 2, and nothing new in the folder.</summary>
public sealed class ShardRefusalTests
{
    [Theory]
    [InlineData("4/4")]
    [InlineData("-1/4")]
    [InlineData("1")]
    [InlineData("a/b")]
    [InlineData("0/0")]
    [InlineData("1/4/2")]
    [InlineData("+1/4")]
    [InlineData("0/100001")]
    [InlineData("1/99999999999")]
    public async Task A_shard_that_cannot_be(string shard)
    {
        using var folder = new TemporaryFolder();
        string line = (await CliRun.RunAsync(
            "features", "--backbone", "TinyResNet", folder.Path, "-o", folder.File("out"), $"--shard={shard}")).RefusedLine();
        Assert.Contains("--shard takes i/n", line, StringComparison.Ordinal);
        Assert.Contains($"not '{shard}'", line, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("--shard", "0/2")]
    [InlineData("--overwrite", null)]
    [InlineData("--row-group-size", "3")]
    [InlineData("--connections", "3")]
    [InlineData("--downloads", "kept")]
    public async Task Options_of_parts_without_a_folder_for_them(string option, string? value)
    {
        using var folder = new TemporaryFolder();
        string[] given = value is null ? [option] : [option, value];
        string line = (await CliRun.RunAsync(["predict", "TinyResNet", folder.Path, .. given])).RefusedLine();
        Assert.Contains($"{option} needs --output", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sources_without_images()
    {
        using var folder = new TemporaryFolder();
        string output = folder.File("out");
        Directory.CreateDirectory(folder.File("empty"));
        File.WriteAllText(folder.File("empty/readme.txt"), "no image");
        File.WriteAllText(folder.File("blank.txt"), "\n \n");
        File.WriteAllBytes(folder.File("binary.txt"), [1, 0, 2]);
        await SaysAsync("There are no images", folder.File("empty"));
        await SaysAsync("one path on each line", folder.File("blank.txt"));
        await SaysAsync("not a list of images", folder.File("binary.txt"));
        await SaysAsync("neither a folder nor a list", folder.File("nowhere"));
        Assert.Empty(Directory.GetFileSystemEntries(output));

        async Task SaysAsync(string said, string source)
        {
            string line = (await CliRun.RunAsync("features", "--backbone", "TinyResNet", source, "-o", output)).RefusedLine();
            Assert.Contains(said, line, StringComparison.Ordinal);
            Assert.Contains(source, line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Parts_that_do_not_belong_together()
    {
        using var folder = new TemporaryFolder();
        string output = folder.File("out");
        Directory.CreateDirectory(folder.File("in"));
        File.WriteAllBytes(folder.File("in/a.jpg"), DrawnImages.Encode(0, 1));
        string part = Path.Combine(output, "part-00000-of-00002.parquet");
        Assert.Equal(
            0, (await CliRun.RunAsync("features", "--backbone", "TinyResNet", folder.File("in"), "-o", output, "--shard", "0/2")).ExitCode);
        Assert.Single(await PartRow.ReadAsync(part), row => row is { Path: "a.jpg", Error: null });

        await SaysAsync("not one of 3 parts", "features", "--backbone", "TinyResNet", folder.File("in"), "-o", output, "--shard", "0/3");
        await SaysAsync(
            "another network, preprocessing or task", "predict", "TinyResNet", folder.File("in"), "-o", output, "--shard", "0/2");

        File.Copy(folder.File("in/a.jpg"), folder.File("in/b.jpg"));
        File.Copy(folder.File("in/a.jpg"), folder.File("in/d.jpg"));
        await SaysAsync(
            "the results of other images", "features", "--backbone", "TinyResNet", folder.File("in"), "-o", output, "--shard", "0/2");
        File.Delete(folder.File("in/b.jpg"));
        File.Delete(folder.File("in/d.jpg"));

        // Another folder whose images have the same names.
        Directory.CreateDirectory(folder.File("other"));
        await File.WriteAllBytesAsync(folder.File("other/a.jpg"), DrawnImages.Encode(1, 2));
        await SaysAsync(
            "the results of other images", "features", "--backbone", "TinyResNet", folder.File("other"), "-o", output, "--shard", "0/2");

        // An empty part is a part all the same: whoever counts them knows that all the work is done.
        Assert.Equal(
            0, (await CliRun.RunAsync("features", "--backbone", "TinyResNet", folder.File("in"), "-o", output, "--shard", "1/2")).ExitCode);
        Assert.Empty(await PartRow.ReadAsync(Path.Combine(output, "part-00001-of-00002.parquet")));

        File.WriteAllText(part, "damaged");
        await SaysAsync(
            "not a finished part of this tool", "features", "--backbone", "TinyResNet", folder.File("in"), "-o", output, "--shard", "0/2");
        Assert.Equal(0, (await CliRun.RunAsync(
            "features", "--backbone", "TinyResNet", folder.File("in"), "-o", output, "--shard", "0/2", "--overwrite")).ExitCode);
        Assert.Single(await PartRow.ReadAsync(part));

        async Task SaysAsync(string said, params string[] command) =>
            Assert.Contains(said, (await CliRun.RunAsync(command)).RefusedLine(), StringComparison.Ordinal);
    }
}
