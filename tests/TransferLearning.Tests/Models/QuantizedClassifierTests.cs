using System.Text.Json;
using SkiaSharp;
using TransferLearning.Onnx;
using TransferLearning.Tests.Reports;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Models;

/// <summary>A quantized classifier is used like any other, says how it came about, and is refused where it is not good enough.</summary>
public sealed class QuantizedClassifierTests(DrawnExample example)
{
    /// <summary>
    /// An image of the 18 to judge by may be lost: that is what the network of the example, and not its quantization, decides.
    /// </summary>
    private static readonly QuantizationOptions OneImage = new() { MaxAccuracyLoss = 0.06 };

    [Fact]
    public async Task It_is_smaller_nearly_the_same_and_survives_saving()
    {
        using var folder = new TemporaryFolder();
        var classifier = await example.ClassifierAsync();
        using var quantized = await QuantizeAsync();
        var summary = quantized.Quantization!;
        Assert.Null(classifier.Quantization);
        Assert.Equal(
            (11, 0, 36, 18), (summary.Convolutions, summary.FloatConvolutions, summary.CalibrationImages, summary.ValidationImages));
        Assert.Equal((await classifier.EvaluateAsync(example.Dataset.Validation)).Report.Accuracy, summary.AccuracyBefore);
        Assert.Equal((await quantized.EvaluateAsync(example.Dataset.Validation)).Report.Accuracy, summary.AccuracyAfter);
        Assert.InRange(summary.Agreement, 0.9, 1);
        Assert.InRange(summary.BytesAfter, 1, 0.4 * summary.BytesBefore);
        Assert.Equal(classifier.Training!.DataHash, quantized.Training!.DataHash);

        quantized.Save(folder.File("small.onnx"));
        Assert.InRange(new FileInfo(folder.File("small.onnx")).Length - summary.BytesAfter, 1, 2000);
        using var loaded = ImageClassifier.Load(folder.File("small.onnx"));
        Assert.Equal(summary, loaded.Quantization);
        foreach (var image in example.Dataset.Test)
        {
            var before = classifier.Predict(image.Path);
            var after = loaded.Predict(image.Path);
            Assert.Equal(quantized.Predict(image.Path).Probabilities.ToArray(), after.Probabilities.ToArray());
            Assert.All(
                before.Probabilities.ToArray().Zip(after.Probabilities.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 0.25f));
        }
    }

    [Fact]
    public async Task The_file_and_the_card_say_so()
    {
        using var folder = new TemporaryFolder();
        using var quantized = await QuantizeAsync();
        using var entry = JsonDocument.Parse(quantized.ToOnnx().Metadata["transferlearning.quantization"]);
        Assert.Equal(36, entry.RootElement.GetProperty("calibrationImages").GetInt32());
        Assert.Contains("int8", entry.RootElement.GetProperty("method").GetString(), StringComparison.Ordinal);
        string page = folder.File("card.html");
        await HtmlReport.WriteAsync(page, await quantized.EvaluateAsync(example.Dataset.Test), quantized);
        var card = SpoiltReport.DataOf(await File.ReadAllTextAsync(page)).GetProperty("card").EnumerateArray()
            .ToDictionary(line => line.GetProperty("name").GetString()!, line => line.GetProperty("value").GetString()!);
        Assert.Contains("int8", card["Quantized"], StringComparison.Ordinal);
        Assert.Equal("36", card["Calibration images"]);
        Assert.Contains("on 18 images", card["Accuracy before and after"], StringComparison.Ordinal);
        Assert.Matches(@"^\d\.\d MB and \d\.\d MB$", card["Size before and after"]);
    }

    [Fact]
    public async Task The_same_images_give_the_same_bytes()
    {
        using var first = await QuantizeAsync();
        using var second = await QuantizeAsync();
        Assert.Equal(first.ToOnnx().ToBytes(), second.ToOnnx().ToBytes());
    }

    [Fact]
    public async Task Stages_are_reported_in_order_and_to_their_end()
    {
        var progress = new ListProgress();
        using var quantized = await QuantizeAsync(new QuantizationOptions { MaxAccuracyLoss = 0.2, CalibrationImages = 7 }, progress);
        Assert.Equal(7, quantized.Quantization!.CalibrationImages);
        var values = progress.Values;
        TransferProgress[] ends = [.. values.Where((value, i) => i + 1 == values.Count || values[i + 1].Stage != value.Stage)];
        Assert.Equal([new(TransferStage.Evaluate, 18, 18), new(TransferStage.Calibrate, 7, 7), new(TransferStage.Evaluate, 18, 18)], ends);
    }

    [Theory]
    [InlineData(0, TransferStage.Evaluate)]
    [InlineData(1, TransferStage.Calibrate)]
    [InlineData(2, TransferStage.Evaluate)]
    public async Task It_is_cancelled_in_every_stage(int index, TransferStage stage)
    {
        using var stop = new CancellationTokenSource();
        var last = TransferStage.Evaluate;
        int changes = 0;
        var progress = new ListProgress(value =>
        {
            changes += value.Stage == last ? 0 : 1;
            last = value.Stage;
            if (changes == index)
                stop.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => QuantizeAsync(OneImage, progress, stop.Token));
        Assert.Equal(stage, progress.Values[^1].Stage);
        Assert.True((await example.ClassifierAsync()).Predict(example.Dataset.Test[0].Path).Probability > 0);
    }

    [Fact]
    public async Task A_loss_of_accuracy_is_refused_and_allowed_where_the_options_say_so()
    {
        // An image of the mean colour is 0 throughout to the network, which tells nothing of the range of others.
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("grey/circle"));
        using (var bitmap = new SKBitmap(96, 96))
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(new SKColor(124, 116, 104));
            using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            await File.WriteAllBytesAsync(folder.File("grey/circle/0.png"), data.ToArray());
        }

        var grey = new LabeledImageSet("grey", ["circle"], [new LabeledImage(folder.File("grey/circle/0.png"), 0)]);
        var classifier = await example.ClassifierAsync();
        var error = await Assert.ThrowsAsync<QuantizationRefusedException>(
            () => classifier.QuantizeAsync(grey, example.Dataset.Validation, OneImage));
        Assert.True(error.Summary.AccuracyBefore - error.Summary.AccuracyAfter > 0.06);
        Assert.Contains("% on 18 images, the original", error.Message, StringComparison.Ordinal);
        Assert.Contains("the maximum loss is 6.0%", error.Message, StringComparison.Ordinal);
        using var allowed = await classifier.QuantizeAsync(
            grey, example.Dataset.Validation, new QuantizationOptions { MaxAccuracyLoss = 1 });
        Assert.Equal(error.Summary.AccuracyAfter, allowed.Quantization!.AccuracyAfter);
    }

    [Fact]
    public async Task What_cannot_be_quantized_or_judged_is_refused()
    {
        var classifier = await example.ClassifierAsync();
        var data = example.Dataset;
        LabeledImageSet none = new("nothing", data.Classes, []), foreign = new("pets", ["cat"], [new LabeledImage(data.Train[0].Path, 0)]);
        await RefusesAsync<DatasetException>(() => classifier.QuantizeAsync(none, data.Validation), "'nothing'", "calibrate");
        await RefusesAsync<DatasetException>(() => classifier.QuantizeAsync(data.Train, none), "'nothing'");
        await RefusesAsync<DatasetException>(() => classifier.QuantizeAsync(data.Train, foreign), "'cat'", "'circle'");
        await RefusesAsync<ArgumentException>(
            () => classifier.QuantizeAsync(
                data.Train, data.Validation, new QuantizationOptions { MaxAccuracyLoss = double.NaN, CalibrationImages = 0 }),
            "MaxAccuracyLoss is NaN", "CalibrationImages is 0");
        using var quantized = await QuantizeAsync();
        await RefusesAsync<OnnxGraphException>(() => quantized.QuantizeAsync(data.Train, data.Validation), "quantized already");

        using var disposed = ImageClassifier.Load(await example.ModelAsync());
        disposed.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => disposed.QuantizeAsync(data.Train, data.Validation));
    }

    [Fact]
    public async Task Images_that_cannot_be_decoded_stop_it_or_are_left_out()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("0.jpg"), "no image");
        var classifier = await example.ClassifierAsync();
        var bad = new LabeledImage(folder.File("0.jpg"), 0);
        var train = new LabeledImageSet("train", example.Dataset.Classes, [bad, .. example.Dataset.Train]);
        var valid = new LabeledImageSet("valid", example.Dataset.Classes, [bad, .. example.Dataset.Validation]);
        await RefusesAsync<ImageDecodeException>(() => classifier.QuantizeAsync(train, example.Dataset.Validation), "0.jpg");
        var skipping = OneImage with { Undecodable = UndecodableImages.Skip };
        using var quantized = await classifier.QuantizeAsync(train, valid, skipping);
        Assert.Equal((36, 18), (quantized.Quantization!.CalibrationImages, quantized.Quantization.ValidationImages));
        await RefusesAsync<DatasetException>(
            () => classifier.QuantizeAsync(new LabeledImageSet("bad", example.Dataset.Classes, [bad]), valid, skipping), "'bad'", "0.jpg");
    }

    [Fact]
    public async Task It_is_explained_like_any_other()
    {
        var classifier = await example.ClassifierAsync();
        using var quantized = await QuantizeAsync();
        using GradCam before = new(classifier), after = new(quantized);
        string path = example.Dataset.Test[0].Path;
        var expected = before.Explain(path, classifier.Labels[0]);
        var actual = after.Explain(path, classifier.Labels[0]);
        Assert.Equal(expected.Map.Length, actual.Map.Length);
        Assert.True(expected.Map.ToArray().Zip(actual.Map.ToArray(), (a, b) => Math.Abs(a - b)).Average() < 0.1);
    }

    [Fact]
    public async Task Its_layers_are_listed_with_the_parameters_that_they_had()
    {
        using var quantized = await QuantizeAsync();
        var rows = quantized.Summarize().Rows;
        Assert.Equal(11, rows.Count(row => row.Kind.EndsWith("Conv2D", StringComparison.Ordinal)));
        Assert.Equal(quantized.ToOnnx().ParameterCount, rows.Sum(row => row.Parameters));
    }

    [Fact]
    public async Task A_quantized_network_is_not_trained_further()
    {
        using var folder = new TemporaryFolder();
        using var quantized = await QuantizeAsync();
        quantized.Save(folder.File("small.onnx"));
        var learner = TransferLearner.From(Backbone.FromFile(folder.File("small.onnx")));
        var refused = await Assert.ThrowsAsync<UntrainableNodeException>(
            () => learner.FineTuning(new FineTuningOptions { Freeze = FreezePoint.Fraction(0.5), Epochs = 1 }).FitAsync(example.Dataset));
        Assert.Contains("DequantizeLinear", refused.Message, StringComparison.Ordinal);
        using var head = await learner.FeatureExtraction().FitAsync(example.Dataset);
        Assert.InRange(head.Training!.TrainingAccuracy, 0.9, 1);
    }

    [Fact]
    public async Task MobileNetV2_on_images_loses_next_to_nothing()
    {
        var backbone = Backbone.FromFile(TestData.Require("models/mobilenetv2-1.0-224.onnx"));
        var pets = ImageDataset.FromFolder(TestData.Require("datasets/dogs_vs_cats"));
        using var classifier = await TransferLearner.From(backbone).FeatureExtraction().FitAsync(pets);
        using var quantized = await classifier.QuantizeAsync(
            pets.Train, pets.Validation, new QuantizationOptions { MaxAccuracyLoss = 0.02 });
        Assert.Equal((52, 103), (quantized.Quantization!.Convolutions, quantized.Quantization.ValidationImages));
        Assert.InRange(quantized.Quantization.Agreement, 0.97, 1);
        Assert.InRange(quantized.Quantization.BytesAfter, 1, 0.3 * quantized.Quantization.BytesBefore);
    }

    private static async Task RefusesAsync<T>(Func<Task> work, params string[] words)
        where T : Exception
    {
        var error = await Assert.ThrowsAsync<T>(work);
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
    }

    private async Task<ImageClassifier> QuantizeAsync(
        QuantizationOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default) =>
        await (await example.ClassifierAsync()).QuantizeAsync(
            example.Dataset.Train, example.Dataset.Validation, options ?? OneImage, progress, cancellationToken);
}
