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
        var error = Assert.Throws<ImageDecodeException>(() => classifier.Predict(Image, "mine", new ImageDecodeOptions { MaxPixels = 9_999 }));
        Assert.Contains("'mine'", error.Message, StringComparison.Ordinal);
        Assert.Contains("over the limit of 9999 pixels", error.Message, StringComparison.Ordinal);

        byte[] cut = Image[..^100];
        Assert.Throws<ImageDecodeException>(() => classifier.Predict(cut, "mine", ImageDecodeOptions.Default));
        Assert.Equal(3, classifier.Predict(cut, "mine", new ImageDecodeOptions { AllowPartial = true }).Probabilities.Length);
    }

    [Fact]
    public async Task Options_out_of_range_are_listed()
    {
        var classifier = await example.ClassifierAsync();
        var wrong = new ImageDecodeOptions { MaxPixels = 0, Oversampling = 0.5 };
        var error = Assert.Throws<ArgumentException>(() => classifier.Predict(Image, "mine", wrong));
        Assert.Contains("MaxPixels is 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("Oversampling is 0.5", error.Message, StringComparison.Ordinal);
    }
}
