using System.Diagnostics;
using TransferLearning.Tests.Imaging;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Faults;

/// <summary>Rows 1 to 6: images, as a user of a classifier meets them. The decoder's own tests are in Imaging.</summary>
[Collection(MeasuresTheProcess.Name)]
public sealed class ImageFaultTests(DrawnExample example)
{
    private const int Row6Flips = 100_000;

    /// <summary>One in so many damaged images goes through a classifier too.</summary>
    private const int Row6ImagesForEachPrediction = 20;

    [Fact]
    public async Task Row_01_an_empty_file_a_text_named_jpg_and_a_wrong_extension()
    {
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        classifier.Predict(example.Dataset.Test[0].Path);
        using var scope = new FaultScope();
        string empty = scope.Put("empty.jpg", []);
        string text = scope.Put("text.jpg", "a letter to a friend"u8.ToArray());
        string renamed = scope.Put("really-a-jpeg.png", File.ReadAllBytes(example.Dataset.Test[0].Path));

        scope.Refused<ImageDecodeException>(() => classifier.Predict(empty), empty, "it is empty");
        scope.Refused<ImageDecodeException>(() => classifier.Predict(text), text, "a text");
        Assert.Equal(classifier.Predict(example.Dataset.Test[0].Path).Probabilities, classifier.Predict(renamed).Probabilities);

        // With the skip policy they are listed, and none gets a score.
        var listed = await classifier.PredictAsync([empty, renamed, text], UndecodableImages.Skip);
        Assert.Equal([true, false, true], listed.Select(item => item.Prediction is null));
        Assert.Equal([empty, text], listed.Where(item => item.Error is not null).Select(item => item.Path));
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("scene.png")]
    public async Task Row_02_an_image_truncated_at_every_sixteenth(string image)
    {
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        byte[] whole = Golden.Encoded(image);
        classifier.Predict(whole);

        // The checksum and end chunk behind the pixels of a PNG are not needed.
        int end = image.EndsWith(".png", StringComparison.Ordinal) ? whole.AsSpan().LastIndexOf("IEND"u8) - 12 : whole.Length;
        using var scope = new FaultScope();
        for (int sixteenth = 0; sixteenth < 16; sixteenth++)
        {
            string path = scope.Put($"{sixteenth}-{image}", whole[..(end * sixteenth / 16)]);
            scope.Refused<ImageDecodeException>(() => classifier.Predict(path), path);
        }

        // On request incomplete images are accepted; the last sixteenth hardly matters.
        var partial = classifier.Predict(whole.AsSpan(0, end * 15 / 16), image, new ImageDecodeOptions { AllowPartial = true });
        Assert.Equal(classifier.Predict(whole).Probability, partial.Probability, 0.25);
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("scene.png")]
    public async Task Row_03_a_header_of_65500_by_65500_in_a_small_file(string image)
    {
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        byte[] huge = HostileImages.WithSize(image, 65_500, 65_500);
        classifier.Predict(example.Dataset.Test[0].Path);
        using var scope = new FaultScope();
        string path = scope.Put($"huge-{image}", huge);
        long before = Environment.WorkingSet;
        scope.Refused<ImageDecodeException>(() => classifier.Predict(path), path, "65500 × 65500", "MaxPixels");
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 20 << 20);
    }

    [Fact]
    public async Task Row_04_a_JPEG_of_thousands_of_scans_and_a_GIF_of_thousands_of_frames()
    {
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        classifier.Predict(example.Dataset.Test[0].Path);
        using var scope = new FaultScope();
        string scans = scope.Put("scans.jpg", HostileImages.WithRepeatedLastScan("progressive.jpg", 20_000));
        string frames = scope.Put("frames.gif", HostileImages.WithFrames("palette.gif", 50_000));
        var clock = Stopwatch.StartNew();
        scope.Refused<ImageDecodeException>(() => classifier.Predict(scans), scans, "scans");
        Assert.Equal(classifier.Predict(Golden.Encoded("palette.gif")).Probabilities, classifier.Predict(frames).Probabilities);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
    }

    /// <summary>The golden pixels are Pillow's, upright and on white; one level is left for other builds of the codecs.</summary>
    [Fact]
    public async Task Row_05_every_kind_of_colour_depth_and_orientation()
    {
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        using var scope = new FaultScope();
        string[] images = [.. Golden.Images];
        Assert.All(
            (string[])["cmyk", "sixteen-bit", "palette", "grey", "alpha"],
            kind => Assert.Contains(images, image => image.Contains(kind, StringComparison.Ordinal)));
        Assert.All(
            Enumerable.Range(1, 8),
            orientation => Assert.Contains(images, image => image.Contains($"orientation{orientation}", StringComparison.Ordinal)));
        foreach (string image in images)
        {
            byte[] encoded = Golden.Encoded(image), expected = Golden.Decoded(image);
            using var decoded = ImageDecoder.Decode(encoded, image, ImageDecodeOptions.Default);
            Assert.Equal(expected.Length, decoded.Pixels.Length);
            for (int i = 0; i < expected.Length; i++)
                Assert.InRange(decoded.Pixels[i], expected[i] - 1, expected[i] + 1);
            Assert.Equal(1, classifier.Predict(encoded, image).Probabilities.ToArray().Sum(), 1e-4);
        }
    }

    [Fact]
    public async Task Row_06_random_byte_flips_over_seed_images()
    {
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        classifier.Predict(example.Dataset.Test[0].Path);
        using var scope = new FaultScope();
        var seeds = Golden.Images.Select(Golden.Encoded).Append(File.ReadAllBytes(example.Dataset.Test[0].Path)).ToArray();
        var preprocessor = new ImagePreprocessor(classifier.Preprocessing, new ImageDecodeOptions { MaxPixels = 1_000_000 });
        float[] tensor = new float[preprocessor.TensorLength];
        var random = new Random(6);
        int images = 0, refused = 0;
        for (int flips = 0; flips < Row6Flips; images++)
        {
            byte[] damaged = [.. seeds[random.Next(seeds.Length)]];
            for (int more = random.Next(1, 16); more > 0; more--, flips++)
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                preprocessor.Load(damaged, tensor);
                Assert.True(Array.TrueForAll(tensor, float.IsFinite));
                if (images % Row6ImagesForEachPrediction == 0)
                    Assert.InRange(classifier.Predict(damaged).Probability, 1f / 3, 1);
            }
            catch (ImageDecodeException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, images / 20, images - (images / 20));
    }
}
