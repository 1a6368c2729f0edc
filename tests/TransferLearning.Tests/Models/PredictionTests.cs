using System.Globalization;
using SkiaSharp;
using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Models;

public sealed class PredictionTests(DrawnExample example)
{
    [Fact]
    public async Task Path_bytes_and_stream_give_the_same_probabilities()
    {
        var classifier = await example.ClassifierAsync();
        foreach (var image in example.Dataset.Test.Take(4))
        {
            byte[] bytes = await File.ReadAllBytesAsync(image.Path);
            float[] fromPath = classifier.Predict(image.Path).Probabilities.ToArray();
            await using var stream = File.OpenRead(image.Path);
            Assert.Equal(fromPath, classifier.Predict(bytes).Probabilities);
            Assert.Equal(fromPath, classifier.Predict(image.Path, new ImageDecodeOptions { AllowPartial = true }).Probabilities);
            Assert.Equal(fromPath, (await classifier.PredictAsync(image.Path)).Probabilities.ToArray());
            Assert.Equal(fromPath, (await classifier.PredictAsync(stream)).Probabilities.ToArray());
            Assert.True(stream.CanRead);
            await using var unseekable = new UnseekableStream(bytes);
            Assert.Equal(fromPath, (await classifier.PredictAsync(unseekable)).Probabilities.ToArray());
        }
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, 100)]
    [InlineData(SKEncodedImageFormat.Webp, 100)]
    [InlineData(SKEncodedImageFormat.Jpeg, 80)]
    public async Task Bitmaps_base64_and_streams_of_any_format_give_what_the_file_gives(SKEncodedImageFormat format, int quality)
    {
        using var folder = new TemporaryFolder();
        var classifier = await example.ClassifierAsync();
        using var bitmap = SKBitmap.Decode(example.Dataset.Test[0].Path);
        using var encoded = bitmap.Encode(format, quality);
        await File.WriteAllBytesAsync(folder.File("image"), encoded.ToArray());
        float[] fromFile = classifier.Predict(folder.File("image")).Probabilities.ToArray();
        Assert.Equal(fromFile, classifier.Predict(encoded.AsSpan()).Probabilities);
        string text = Convert.ToBase64String(encoded.ToArray());
        Assert.Equal(fromFile, classifier.Predict(Convert.FromBase64String(text)).Probabilities);
        await using var stream = encoded.AsStream();
        Assert.Equal(fromFile, (await classifier.PredictAsync(stream)).Probabilities.ToArray());
    }

    [Fact]
    public async Task Many_images_in_memory_give_what_their_files_give()
    {
        using var folder = new TemporaryFolder();
        var classifier = await example.ClassifierAsync();
        var paths = example.Dataset.Test.Paths;
        var fromFiles = await classifier.PredictAsync(paths);
        List<ReadOnlyMemory<byte>> images = [.. paths.Select(path => (ReadOnlyMemory<byte>)File.ReadAllBytes(path))];
        var fromMemory = await classifier.PredictAsync(images);
        Assert.Equal(
            fromFiles.Select(item => item.Prediction!.Probabilities.ToArray()), fromMemory.Select(
                item => item.Prediction!.Probabilities.ToArray()));
        Assert.Equal(["image 0", "image 1"], fromMemory.Take(2).Select(item => item.Path));

        images[1] = "no image"u8.ToArray();
        var error = await Assert.ThrowsAsync<ImageDecodeException>(() => classifier.PredictAsync(images));
        Assert.Contains("'image 1'", error.Message, StringComparison.Ordinal);
        var listed = await classifier.PredictAsync(images, UndecodableImages.Skip);
        Assert.Contains("'image 1'", listed[1].Error!, StringComparison.Ordinal);
        Assert.Equal(1, listed.Count(item => item.Prediction is null));
    }

    [Fact]
    public async Task Many_images_at_once_give_what_single_ones_give_in_the_order_of_the_paths()
    {
        var classifier = await example.ClassifierAsync();
        var paths = example.Dataset.All.Paths;
        var progress = new ListProgress();
        var many = await classifier.PredictAsync(paths, progress: progress);
        Assert.Equal(paths, many.Select(item => item.Path));
        for (int i = 0; i < paths.Count; i++)
        {
            var single = classifier.Predict(paths[i]);
            Assert.Equal(single.Label, many[i].Prediction!.Label);
            for (int c = 0; c < 3; c++)
                Assert.Equal(single.Probabilities[c], many[i].Prediction!.Probabilities[c], 1e-5);
            Assert.Null(many[i].Error);
        }

        Assert.Equal(new TransferProgress(TransferStage.Predict, paths.Count, paths.Count), progress.Values[^1]);
        Assert.Equal(progress.Completed.Order(), progress.Completed);
        Assert.Empty(await classifier.PredictAsync(Array.Empty<string>()));
    }

    [Fact]
    public async Task The_drawn_shapes_are_told_apart()
    {
        var classifier = await example.ClassifierAsync();
        var images = example.Dataset.Test;
        int right = images.Count(image => classifier.Predict(image.Path).Label == images.Classes[image.Label]);
        Assert.InRange(right, images.Count * 9 / 10, images.Count);
    }

    [Fact]
    public async Task Top_lists_the_most_probable_classes_first_and_no_more_than_there_are()
    {
        var prediction = (await example.ClassifierAsync()).Predict(example.Dataset.Test[0].Path);
        var top = prediction.Top(10);
        Assert.Equal(DrawnImages.Classes.Order(StringComparer.Ordinal), top.Select(entry => entry.Label).Order(StringComparer.Ordinal));
        Assert.Equal(top.OrderByDescending(entry => entry.Probability), top);
        Assert.Equal((prediction.Label, prediction.Probability), (top[0].Label, top[0].Probability));
        Assert.Equal(1, top.Sum(entry => entry.Probability), 1e-5);
        Assert.Equal(top.Take(2), prediction.Top(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => prediction.Top(0));
    }

    [Fact]
    public void Equally_probable_classes_come_in_the_order_of_the_labels()
    {
        var prediction = new Prediction([0.2f, 0.4f, 0.4f], ["a", "b", "c"]);
        Assert.Equal(("b", 1), (prediction.Label, prediction.LabelIndex));
        Assert.Equal(["b", "c", "a"], prediction.Top(3).Select(entry => entry.Label));
        Assert.Equal("b (40.0%)", prediction.ToString());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_probability_that_is_no_number_is_an_error_wherever_it_stands(float value)
    {
        string shown = value.ToString(CultureInfo.InvariantCulture);
        for (int i = 0; i < 3; i++)
        {
            float[] probabilities = [0.5f, 0.3f, 0.2f];
            probabilities[i] = value;
            var error = Assert.Throws<OnnxGraphException>(() => new Prediction(probabilities, ["a", "b", "c"]));
            Assert.Contains($"outputs {shown} as the probability of '{"abc"[i]}'", error.Message, StringComparison.Ordinal);
        }
    }

    public static TheoryData<string, byte[], string> BadImages => new()
    {
        { "empty", [], "empty" },
        { "text", "no image"u8.ToArray(), "text" },
        { "cut", DrawnImages.Encode(0, 1)[..^700], "cut off" },
    };

    [Theory]
    [MemberData(nameof(BadImages))]
    public async Task An_image_that_cannot_be_decoded_is_named_with_its_reason(string name, byte[] content, string reason)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File(name + ".jpg");
        await File.WriteAllBytesAsync(path, content);
        var classifier = await example.ClassifierAsync();

        var error = Assert.Throws<ImageDecodeException>(() => classifier.Predict(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "upload 7",
            Assert.Throws<ImageDecodeException>(() => classifier.Predict(content, "upload 7")).Message,
            StringComparison.Ordinal);
        using var stream = new MemoryStream(content);
        await Assert.ThrowsAsync<ImageDecodeException>(() => classifier.PredictAsync(stream, "upload 7"));
    }

    [Fact]
    public async Task Among_many_images_a_bad_one_stops_the_work_or_is_listed_as_was_asked()
    {
        using var folder = new TemporaryFolder();
        string text = folder.File("text.jpg");
        await File.WriteAllTextAsync(text, "no image");
        string good = example.Dataset.Test[0].Path;
        string missing = folder.File("missing.jpg");
        var classifier = await example.ClassifierAsync();

        var error = await Assert.ThrowsAsync<ImageDecodeException>(() => classifier.PredictAsync([good, text, good]));
        Assert.Contains(text, error.Message, StringComparison.Ordinal);

        var listed = await classifier.PredictAsync([text, good, missing, good], UndecodableImages.Skip);
        Assert.Equal([true, false, true, false], listed.Select(item => item.Prediction is null));
        Assert.Contains(text, listed[0].Error!, StringComparison.Ordinal);
        Assert.Contains(missing, listed[2].Error!, StringComparison.Ordinal);
        Assert.Equal("circle", listed[1].Prediction!.Label);
        for (int c = 0; c < 3; c++)
            Assert.Equal(listed[1].Prediction!.Probabilities[c], listed[3].Prediction!.Probabilities[c], 1e-5);
    }

    [Fact]
    public async Task A_name_with_emoji_and_spaces_is_a_name_like_any_other()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("mein Bild 🐱 שלום (1).jpg");
        File.Copy(example.Dataset.Test[0].Path, path);
        var classifier = await example.ClassifierAsync();
        Assert.Equal("circle", classifier.Predict(path).Label);
        Assert.Equal(path, (await classifier.PredictAsync([path]))[0].Path);
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    public async Task The_culture_changes_no_probability(string culture)
    {
        var classifier = await example.ClassifierAsync();
        var expected = classifier.Predict(example.Dataset.Test[^1].Path);
        var previous = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(culture);
            using var loaded = ImageClassifier.Load(await example.ModelAsync());
            var prediction = loaded.Predict(example.Dataset.Test[^1].Path);
            Assert.Equal(expected.Probabilities, prediction.Probabilities);
            Assert.Equal("yıldız İ ★", prediction.Label);
            var evaluation = await loaded.EvaluateAsync(example.Dataset.Test);
            Assert.Equal((await classifier.EvaluateAsync(example.Dataset.Test)).Report.ToString(), evaluation.Report.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = previous;
        }
    }

    private sealed class UnseekableStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }
    }
}
