using System.Diagnostics;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>The function that docs/examples/shards.py gives to clusters, run on this machine.</summary>
public sealed class PythonShardTests(DrawnExample example)
{
    [Fact]
    public async Task Shards_that_Python_runs_have_every_image_once_and_a_failure_names_its_shard()
    {
        Assert.SkipUnless(HasPython(), "There is no python3.");
        using var folder = new TemporaryFolder();
        string list = folder.File("list.txt");
        string[] images = [.. ImageFiles.Find(example.Images).Where((_, index) => index % 9 == 0)];
        File.WriteAllLines(list, images);
        string model = await example.ModelAsync();

        var (code, output, _) = await RunAsync(model, list, folder.File("out"), "3");
        Assert.Equal((0, 3), (code, output.Split("\"shards\": 3").Length - 1));
        var rows = await PartRow.ReadFolderAsync(folder.File("out"));
        Assert.Equal(images.Order(StringComparer.Ordinal), rows.Select(row => row.Path).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.NotNull(row.Label));

        var (failed, _, errors) = await RunAsync(model, folder.File("none.txt"), folder.File("out"), "1");
        Assert.Equal(1, failed);
        Assert.Contains("shard 0/1: error: ", errors, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        string script = Path.Combine(TestData.RepositoryRoot, "docs/examples/shards.py");
        var start = new ProcessStartInfo("python3", [script, .. arguments, "dotnet", "exec", CliRun.ToolPath()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TRANSFERLEARNING_OFFLINE"] = "1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }

    private static bool HasPython() => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "python3")));
}
