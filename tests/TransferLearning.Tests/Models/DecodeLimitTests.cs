using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Models;

/// <summary>A classifier decodes an image within the limits that come with it.</summary>
public sealed class DecodeLimitTests(DrawnExample example)
{
    private static readonly byte[] Image = DrawnImages.Encode(label: 1, seed: 9, side: 100);

    [Fact]
    public async Task Limits_that_an_image_keeps_change_nothing()
    {
        var classifier = await example.ClassifierAsync();
        var limited = classifier.Predict(Image, "mine", new ImageDecodeOptions { MaxPixels = 10_000 });
        Assert.Equal(classifier.Predict(Image).Probabilities.ToArray(), limited.Probabilities.ToArray());
    }

    [Fact]
    public async Task An_image_beyond_the_limits_is_refused_and_an_incomplete_one_taken_where_that_is_allowed()
    {
        var classifier = await example.ClassifierAsync();
        var error = Assert.Throws<ImageDecodeException>(
            () => classifier.Predict(Image, "mine", new ImageDecodeOptions { MaxPixels = 9_999 }));
        Assert.Contains("'mine'", error.Message, StringComparison.Ordinal);
        Assert.Contains("over the limit of 9999 pixels", error.Message, StringComparison.Ordinal);

        byte[] cut = Image[..^100];
        Assert.Throws<ImageDecodeException>(() => classifier.Predict(cut, "mine", ImageDecodeOptions.Default));
        Assert.Equal(3, classifier.Predict(cut, "mine", new ImageDecodeOptions { AllowPartial = true }).Probabilities.Length);
    }

    [Fact]
    public async Task A_stream_is_read_up_to_the_limit_and_no_further()
    {
        var classifier = await example.ClassifierAsync();
        var limit = new ImageDecodeOptions { MaxFileBytes = Image.Length };
        await using var fits = new MemoryStream(Image);
        Assert.Equal(classifier.Predict(Image).Label, (await classifier.PredictAsync(fits, decoding: limit)).Label);

        await using var larger = new MemoryStream([.. Image, 0]);
        var error = await Assert.ThrowsAsync<ImageDecodeException>(() => classifier.PredictAsync(larger, "upload", limit));
        Assert.Contains("'upload'", error.Message, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"more than {Image.Length} bytes"), error.Message, StringComparison.Ordinal);

        await using var endless = new EndlessStream();
        await Assert.ThrowsAsync<ImageDecodeException>(
            () => classifier.PredictAsync(endless, decoding: new ImageDecodeOptions { MaxFileBytes = 1_000_000 }));
        Assert.InRange(endless.Given, 1_000_001, 2_000_000);
    }

    [Fact]
    public async Task A_file_over_the_limit_is_not_read()
    {
        var classifier = await example.ClassifierAsync();
        string path = example.Dataset.Test[0].Path;
        var limit = new ImageDecodeOptions { MaxFileBytes = 100 };
        Assert.Contains(
            "over the limit of 100",
            Assert.Throws<ImageDecodeException>(() => classifier.Predict(path, limit)).Message,
            StringComparison.Ordinal);
        await Assert.ThrowsAsync<ImageDecodeException>(() => classifier.PredictAsync(path, limit));
    }

    [Fact]
    public async Task Options_out_of_range_are_listed()
    {
        var classifier = await example.ClassifierAsync();
        var wrong = new ImageDecodeOptions { MaxPixels = 0, Oversampling = 0.5 };
        var error = Assert.Throws<ArgumentException>(() => classifier.Predict(Image, "mine", wrong));
        Assert.Contains("MaxPixels is 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("Oversampling is 0.5", error.Message, StringComparison.Ordinal);
        await using var stream = new MemoryStream(Image);
        await Assert.ThrowsAsync<ArgumentException>(() => classifier.PredictAsync(stream, decoding: wrong));
        Assert.Throws<ArgumentException>(() => { _ = classifier.PredictAsync("image.jpg", wrong); });
        Assert.Equal(0, stream.Position);
    }

    /// <summary>Zeros without end, some thousand at a time.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = Math.Min(buffer.Length, 5000);
            Given += count;
            return ValueTask.FromResult(count);
        }
    }
}
