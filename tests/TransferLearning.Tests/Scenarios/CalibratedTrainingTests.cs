using System.Text.RegularExpressions;
using TransferLearning.Tests.Cli;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Scenarios;

/// <summary>The temperature that training fits on the validation images and stores in the file.</summary>
public sealed class CalibratedTrainingTests(DrawnExample example)
{
    /// <summary>So much regularisation leaves every probability too near to 1/3.</summary>
    private static readonly FeatureExtractionOptions Timid = new() { Head = new LinearHeadOptions { RegularizationStrengths = [30] } };

    [Fact]
    public async Task The_temperature_lowers_the_log_loss_of_validation_and_changes_no_answer()
    {
        using var plain = await TransferLearner.From(
            Backbones.TinyResNet).WithoutCalibration().FeatureExtraction(Timid).FitAsync(example.Dataset);
        using var calibrated = await TransferLearner.From(Backbones.TinyResNet).FeatureExtraction(Timid).FitAsync(example.Dataset);
        Assert.Null(plain.Training!.Temperature);
        double temperature = calibrated.Training!.Temperature!.Value;
        Assert.InRange(temperature, 0.05, 0.9);

        var before = await plain.EvaluateAsync(example.Dataset.Validation);
        var after = await calibrated.EvaluateAsync(example.Dataset.Validation);
        Assert.True(after.Report.LogLoss < before.Report.LogLoss, $"{after.Report.LogLoss} against {before.Report.LogLoss}");
        Assert.Equal(before.Images.Select(image => image.Prediction.LabelIndex), after.Images.Select(image => image.Prediction.LabelIndex));
        Assert.Equal(new McNemarTest { OnlyFirst = 0, OnlySecond = 0 }, before.CompareWith(after));

        // ln p / T, brought to sum 1, is what the saved graph gives.
        var first = before.Images[0].Prediction.Probabilities.ToArray().Select(p => Math.Exp(Math.Log(p) / temperature)).ToArray();
        Assert.Equal(
            first.Select(p => p / first.Sum()),
            after.Images[0].Prediction.Probabilities.ToArray().Select(p => (double)p),
            (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public async Task The_file_keeps_the_temperature_and_still_serves_as_a_backbone()
    {
        using var folder = new TemporaryFolder();
        using var trained = await TransferLearner.From(Backbones.TinyResNet).FeatureExtraction(Timid).FitAsync(example.Dataset);
        trained.Save(folder.File("timid.onnx"));
        using var loaded = ImageClassifier.Load(folder.File("timid.onnx"));
        Assert.Equal(trained.Training!.Temperature, loaded.Training!.Temperature);
        Assert.Contains(loaded.ToOnnx().Proto.Graph.Node, node => node.OpType == "Div");
        var head = loaded.ToOnnx().FindClassifierHead();
        Assert.Equal((512, 3), (head.InputFeatures, head.ClassCount));
        Assert.DoesNotContain(loaded.ToOnnx().WithoutTop().Proto.Graph.Node, node => node.OpType == "Div");

        var json = (await CliRun.RunAsync("evaluate", folder.File("timid.onnx"), example.Images, "--json")).Json();
        Assert.Equal(loaded.Training.Temperature, json.GetProperty("temperature").GetDouble());
    }

    [Fact]
    public async Task Two_classifiers_are_compared_on_the_same_images()
    {
        using var folder = new TemporaryFolder();
        string other = folder.File("other.onnx");
        Assert.Equal(0, (await CliRun.RunAsync(
            "train", "--backbone", "TinyResNet", example.Images, "-o", other, "--seed", "3", "--no-calibration")).ExitCode);
        var json = (await CliRun.RunAsync("evaluate", await example.ModelAsync(), example.Images, "--compare", other, "--json")).Json();
        Assert.False((await CliRun.RunAsync("evaluate", other, example.Images, "--json")).Json().TryGetProperty("temperature", out _));
        var test = json.GetProperty("mcnemar");
        var expected = new McNemarTest { OnlyFirst = test.GetProperty("b").GetInt32(), OnlySecond = test.GetProperty("c").GetInt32() };
        Assert.Equal(expected.PValue, test.GetProperty("p").GetDouble());
        var told = await CliRun.RunAsync("evaluate", await example.ModelAsync(), example.Images, "--compare", other);
        Assert.Matches($@"Compared with {Regex.Escape(other)}: {expected.OnlyFirst} images? correct only here", told.Output);
    }

    [Fact]
    public async Task Evaluations_of_different_images_are_not_compared()
    {
        var classifier = await example.ClassifierAsync();
        var first = await classifier.EvaluateAsync(example.Dataset.Test);
        var second = await classifier.EvaluateAsync(example.Dataset.Validation);
        Assert.Throws<ArgumentException>(() => first.CompareWith(second));
    }
}
