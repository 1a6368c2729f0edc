using TransferLearning.Tests.Data;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

public sealed class CheckCommandTests(DrawnExample example)
{
    [Fact]
    public async Task Planted_faults_give_exit_code_1_and_are_told_to_people_and_to_scripts()
    {
        using var planted = new PlantedFaults();
        var run = await CliRun.RunAsync("check", planted.Path, "--json");
        Assert.Equal((1, ""), (run.ExitCode, run.Errors));
        var json = run.ParsedOutput();
        Assert.True(json.GetProperty("hasErrors").GetBoolean());
        Assert.Equal(59, json.GetProperty("images").GetInt32());
        var kinds = json.GetProperty("findings").EnumerateArray()
            .CountBy(finding => finding.GetProperty("kind").GetString()!)
            .ToDictionary();
        Assert.Equal(5, kinds["DuplicateAcrossSplits"]);
        Assert.Equal(5, kinds["NearDuplicateAcrossSplits"]);
        Assert.Equal((1, 1, 1), (kinds["Undecodable"], kinds["NotAnImage"], kinds["LeftOut"]));

        var text = await CliRun.RunAsync("check", planted.Path);
        Assert.Equal((1, ""), (text.ExitCode, text.Errors));
        string report = (await DatasetDoctor.CheckAsync(planted.Path)).ToString();
        Assert.Contains("with ImageDecodeOptions.AllowPartial", report, StringComparison.Ordinal);
        Assert.Contains("replace it, or leave it out with --skip-undecodable", text.Output, StringComparison.Ordinal);
        string[] same = [.. report.Split('\n').Where(line => !line.Contains("Options.", StringComparison.Ordinal))];
        Assert.Equal(same, text.Output.Split('\n').Where(same.Contains));
    }

    [Fact]
    public async Task Nothing_wrong_gives_exit_code_0_and_no_folder_2()
    {
        var run = await CliRun.RunAsync("check", example.Images);
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.EndsWith("ready for training.\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("does not exist", (await CliRun.RunAsync("check", "/no/such/folder")).RefusedLine(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_class_is_an_error_and_is_counted_as_one()
    {
        using var folder = new TemporaryFolder();
        string only = Directory.CreateDirectory(folder.File("circle")).FullName;
        foreach (string file in Directory.GetFiles(Path.Combine(example.Images, "circle")))
            File.Copy(file, Path.Combine(only, Path.GetFileName(file)));
        var run = await CliRun.RunAsync("check", folder.Path);
        Assert.Equal((1, ""), (run.ExitCode, run.Errors));
        Assert.Contains("images of 1 class\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("ERROR TooFewClasses", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n1 error, 0 warnings, 0 notes: fix the errors before training.\n", run.Output, StringComparison.Ordinal);
    }
}
