using System.Text.Json;
using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary><c>advise</c>, and <c>train</c> without a scenario, which measures more.</summary>
public sealed class AdviseTests(DrawnExample example)
{
    [Fact]
    public async Task Scripts_get_the_scenario_the_freeze_the_similarity_and_the_reason()
    {
        var json = (await CliRun.RunAsync("advise", "--backbone", "TinyResNet", example.Images, "--seed", "3", "--json")).Json();
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
        var run = await CliRun.RunAsync("advise", "--backbone", "TinyResNet", example.Images);
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("layers passed", run.Output, StringComparison.Ordinal);
        Assert.Contains("stage2.relu2", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"scenario    (feature-extraction|fine-tuning)\n", run.Output);
        Assert.Matches(@"There are few images to learn from \(about 19 for each class\)", run.Output);
        Assert.Contains($"Next: transfer-learning train {example.Images} --backbone TinyResNet", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_resize_is_advised_where_the_crop_loses_what_tells_the_classes_apart()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, left) in new[] { ("left", 0), ("right", 224) })
        {
            Directory.CreateDirectory(folder.File(name));
            for (int i = 0; i < 14; i++)
            {
                // A shape at one end of a grey strip: the square in its middle shows nothing.
                using var bitmap = new SKBitmap(new SKImageInfo(320, 96, SKColorType.Rgba8888, SKAlphaType.Opaque));
                bitmap.Erase(new SKColor((byte)(120 + (5 * i)), 128, 128));
                using (var canvas = new SKCanvas(bitmap))
                using (var shape = SKBitmap.Decode(DrawnImages.Encode(i % 3, i)))
                    canvas.DrawBitmap(shape, left, 0);
                using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
                await File.WriteAllBytesAsync(folder.File($"{name}/{i}.jpg"), data.ToArray());
            }
        }

        string[] call = ["advise", folder.Path, "--backbone", "TinyResNet", "--follow-links"];
        var resize = (await CliRun.RunAsync([.. call, "--json"])).ParsedOutput().GetProperty("resize");
        Assert.Equal("crop", resize.GetProperty("current").GetString());
        Assert.True(resize.GetProperty("isBetter").GetBoolean());
        string best = resize.GetProperty("best").GetString()!;
        Assert.Contains(best, (string[])["pad", "squash"]);
        Assert.Equal(3, resize.GetProperty("measured").GetArrayLength());
        string text = (await CliRun.RunAsync(call)).Output;
        Assert.Matches($@"resize +{best} separates the classes better than crop: [\d.]+% against [\d.]+% of \d+ training images", text);
        Assert.Contains($" --backbone TinyResNet --follow-links --resize {best}", text, StringComparison.Ordinal);

        // The shapes of the example are square, and whoever gives --resize has decided.
        Assert.False((await CliRun.RunAsync("advise", "--backbone", "TinyResNet", example.Images, "--json")).Json()
            .TryGetProperty("resize", out var none) && none.ValueKind != JsonValueKind.Null);
    }

    [Fact]
    public async Task Training_without_a_scenario_measures_the_candidates_and_says_why()
    {
        using var folder = new TemporaryFolder();
        var json = (await CliRun.RunAsync(
            "train", "--backbone", "TinyResNet", example.Images, "--budget", "20s", "-o", folder.File("model.onnx"), "--json")).Json();
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
        Assert.Contains(
            "class", (await CliRun.RunAsync("advise", "--backbone", "TinyResNet", folder.Path)).RefusedLine(), StringComparison.Ordinal);
        Assert.Contains(
            "--scenario auto takes no options",
            (await CliRun.RunAsync("train", "--backbone", "TinyResNet", example.Images, "--scenario", "auto", "--epochs", "3"))
                .RefusedLine(),
            StringComparison.Ordinal);
    }
}
