using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Models;

/// <summary>Images of none of the classes are called unknown.</summary>
public sealed class RejectionTests(DrawnExample example)
{
    [Fact]
    public async Task A_threshold_is_fitted_stored_and_used()
    {
        using var folder = new TemporaryFolder();
        string[] others = [.. Enumerable.Range(0, 8).Select(i => Other(folder, i))];
        var classifier = await example.ClassifierAsync();
        Assert.Null(classifier.Rejection);
        Assert.True(classifier.Predict(others[0]).IsKnown);
        using var rejecting = await classifier.WithRejectionAsync(
            example.Dataset.Train, example.Dataset.Validation, new RejectionOptions { Precision = 0.8, Others = others[..4] });
        var summary = rejecting.Rejection!;
        Assert.InRange(summary.Precision, 0.8, 1);
        Assert.InRange(summary.Coverage, 0.7, 1);
        Assert.InRange(summary.OthersRejected!.Value, 0.5, 1);

        rejecting.Save(folder.File("model.onnx"));
        using var loaded = ImageClassifier.Load(folder.File("model.onnx"));
        Assert.Equal(summary, loaded.Rejection);
        foreach (string path in others[4..])
        {
            var prediction = loaded.Predict(path);
            Assert.False(prediction.IsKnown);
            Assert.True(prediction.Similarity < summary.Threshold);
        }

        // The probabilities are those of the same classifier, and most of its own images are known.
        var test = await loaded.PredictAsync(example.Dataset.Test.Paths);
        Assert.InRange(test.Count(item => item.Prediction!.IsKnown), test.Count * 2 / 3, test.Count);
        Assert.All(test, item => Assert.Equal(summary.Accepts(item.Prediction!), item.Prediction!.IsKnown));
        var plain = classifier.Predict(example.Dataset.Test[0].Path);
        Assert.Equal(plain.Probabilities.ToArray(), test[0].Prediction!.Probabilities.ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(["Score", "PredictedLabel"], loaded.ToOnnx().Outputs.Select(output => output.Name));
    }

    [Fact]
    public async Task A_chosen_probability_is_stored_as_it_is_and_alone_decides_without_a_similarity()
    {
        var classifier = await example.ClassifierAsync();
        var plain = await classifier.PredictAsync(example.Dataset.Test.Paths);
        double confidence = plain.Select(item => item.Prediction!.Probability).Order().ElementAt(plain.Count / 2) - 1e-4;
        var options = new RejectionOptions { Confidence = confidence, Threshold = -1 };
        using var rejecting = await classifier.WithRejectionAsync(example.Dataset.Train, example.Dataset.Validation, options);
        Assert.Equal((-1d, confidence), (rejecting.Rejection!.Threshold, rejecting.Rejection.Confidence));
        var predicted = await rejecting.PredictAsync(example.Dataset.Test.Paths);
        Assert.Equal(
            plain.Select(item => rejecting.Rejection.Accepts(item.Prediction!)), predicted.Select(item => item.Prediction!.IsKnown));
        Assert.Contains(predicted, item => !item.Prediction!.IsKnown);
        var error = await Assert.ThrowsAsync<ArgumentException>(() => classifier.WithRejectionAsync(
            example.Dataset.Train, example.Dataset.Validation, new RejectionOptions { Confidence = 70, Threshold = -2 }));
        Assert.Contains("Confidence is 70", error.Message, StringComparison.Ordinal);
        Assert.Contains("Threshold is -2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_other_images_one_in_twenty_is_rejected_and_wrong_options_and_entries_are_refused()
    {
        var classifier = await example.ClassifierAsync();
        using var rejecting = await classifier.WithRejectionAsync(
            example.Dataset.Train, example.Dataset.Validation, new RejectionOptions { Precision = 0.7 });
        Assert.InRange(rejecting.Rejection!.Coverage, 0.8, 0.96);
        Assert.Null(rejecting.Rejection.OthersRejected);
        var error = await Assert.ThrowsAsync<ArgumentException>(() => classifier.WithRejectionAsync(
            example.Dataset.Train, example.Dataset.Validation, new RejectionOptions { Precision = 0 }));
        Assert.Contains("Precision is 0", error.Message, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        rejecting.ToOnnx().WithMetadata([new("transferlearning.rejection", "{}")]).Save(folder.File("bad.onnx"));
        Assert.Contains(
            "transferlearning.rejection", Assert.Throws<OnnxGraphException>(() => ImageClassifier.Load(folder.File("bad.onnx"))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Images_of_a_class_that_was_never_trained_are_mostly_unknown_and_the_others_mostly_known(int left)
    {
        // No image of the class that is left out is given.
        LabeledImageSet Without(LabeledImageSet images) => new(
            images.Name,
            [.. images.Classes.Where((_, label) => label != left)],
            images.Where(image => image.Label != left)
                .Select(image => image with { Label = image.Label > left ? image.Label - 1 : image.Label }));
        var data = example.Dataset;
        var two = new ImageDataset("two", Without(data.Train), Without(data.Validation), Without(data.Test));
        using var plain = await TransferLearner.From(Backbones.TinyResNet).FeatureExtraction().FitAsync(two);
        using var rejecting = await plain.WithRejectionAsync(two.Train, two.Validation);
        string[] others = [.. data.All.Where(image => image.Label == left).Select(image => image.Path)];
        double accepted = (await rejecting.PredictAsync(others)).Count(item => item.Prediction!.IsKnown) / (double)others.Length;
        var test = await rejecting.EvaluateAsync(two.Test);
        var known = test.Images.Where(image => image.Prediction.IsKnown).ToList();
        double coverage = (double)known.Count / test.Images.Count;
        Assert.InRange(coverage, 0.7, 1);
        Assert.InRange((double)known.Count(image => image.IsRight) / known.Count, 0.8, 1);
        Assert.True(accepted < coverage - 0.2, $"Known are {accepted:P0} of the class that is left out and {coverage:P0} of the others.");
    }

    [Fact]
    public async Task A_quantized_classifier_keeps_the_threshold()
    {
        using var folder = new TemporaryFolder();
        using var rejecting = await (await example.ClassifierAsync()).WithRejectionAsync(example.Dataset.Train, example.Dataset.Validation);
        using var quantized = await rejecting.QuantizeAsync(
            example.Dataset.Train, example.Dataset.Validation, new QuantizationOptions { MaxAccuracyLoss = 0.2 });
        quantized.Save(folder.File("small.onnx"));
        using var loaded = ImageClassifier.Load(folder.File("small.onnx"));
        Assert.Equal(rejecting.Rejection, loaded.Rejection);
        var before = await rejecting.PredictAsync(example.Dataset.All.Paths);
        var after = await loaded.PredictAsync(example.Dataset.All.Paths);
        int same = before.Zip(after).Count(pair => pair.First.Prediction!.IsKnown == pair.Second.Prediction!.IsKnown);
        Assert.InRange(same, before.Count * 9 / 10, before.Count);
    }

    /// <summary>Stripes, which no shape of the classes has.</summary>
    private static string Other(TemporaryFolder folder, int seed)
    {
        var random = new Random(seed);
        using var bitmap = new SKBitmap(new SKImageInfo(96, 96, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(SKColors.Black);
        using (var canvas = new SKCanvas(bitmap))
        using (var paint = new SKPaint { Color = new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)) })
        {
            for (int x = random.Next(6); x < 96; x += 6)
                canvas.DrawRect(x, 0, 3, 96, paint);
        }

        string path = folder.File($"other{seed}.png");
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, data.ToArray());
        return path;
    }
}
