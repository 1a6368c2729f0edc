using System.Text.Json;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary><c>advise</c>, and <c>train</c> without a scenario, which measures more.</summary>
public sealed class AdviseTests(DrawnExample example)
{
    [Fact]
    public async Task Scripts_get_the_scenario_the_freeze_the_similarity_and_the_reason()
    {
        var json = (await CliRun.RunAsync("advise", example.Images, "--seed", "3", "--json")).Json();
        var dataset = ImageDataset.FromFolder(example.Images, new ImageFolderOptions { Seed = 3 });
        var advice = await TransferAdvisor.AdviseAsync(
            dataset, Backbones.TinyResNet, new() { Seed = 3 }, null, TestContext.Current.CancellationToken);
        Assert.Equal(advice.Scenario.ToName(), json.GetProperty("scenario").GetString());
        Assert.Equal(advice.Freeze, json.GetProperty("freeze").GetDouble());
        Assert.Equal(advice.Similarity, json.GetProperty("similarity").GetDouble());
        Assert.Equal(advice.Reason, json.GetProperty("reason").GetString());
        Assert.Equal(advice.ExpectedAccuracy, json.GetProperty("expectedAccuracy").GetDouble());
        Assert.Equal(
            [advice.ExpectedAccuracyInterval.Lower, advice.ExpectedAccuracyInterval.Upper],
            json.GetProperty("expectedAccuracyInterval").Deserialize<double[]>()!);
        Assert.Equal(
            advice.Depths.Select(depth => depth.Accuracy),
            json.GetProperty("depths").EnumerateArray().Select(depth => depth.GetProperty("accuracy").GetDouble()));
    }

    [Fact]
    public async Task People_get_a_table_and_the_reason()
    {
        var run = await CliRun.RunAsync("advise", example.Images);
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("layers passed", run.Output, StringComparison.Ordinal);
        Assert.Contains("stage2.relu2", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"scenario    (feature-extraction|fine-tuning)\n", run.Output);
        Assert.Matches(@"There are few images to learn from \(about 19 for each class\)", run.Output);
        Assert.Contains($"Next: transfer-learning train {example.Images} --backbone TinyResNet", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_without_a_scenario_measures_the_candidates_and_says_why()
    {
        using var folder = new TemporaryFolder();
        var json = (await CliRun.RunAsync("train", example.Images, "--budget", "20s", "-o", folder.File("model.onnx"), "--json")).Json();
        Assert.Contains("There are few images", json.GetProperty("notes")[0].GetString()!, StringComparison.Ordinal);
        Assert.StartsWith("Frozen features are kept, since ", json.GetProperty("advice").GetString()!, StringComparison.Ordinal);
        Assert.True(json.GetProperty("race")[0].GetProperty("winner").GetBoolean());
        using var classifier = ImageClassifier.Load(folder.File("model.onnx"));
        Assert.Equal(json.GetProperty("scenario").GetString(), classifier.Training!.Scenario.ToName());
    }

    [Fact]
    public async Task A_folder_of_one_class_and_options_of_a_training_are_refused()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("circle"));
        foreach (string file in Directory.GetFiles(Path.Combine(example.Images, "circle")).Take(3))
            File.Copy(file, Path.Combine(folder.File("circle"), Path.GetFileName(file)));
        Assert.Contains("class", (await CliRun.RunAsync("advise", folder.Path)).RefusedLine(), StringComparison.Ordinal);
        Assert.Contains(
            "--scenario auto takes no options",
            (await CliRun.RunAsync("train", example.Images, "--scenario", "auto", "--epochs", "3")).RefusedLine(),
            StringComparison.Ordinal);
    }
}
