using System.Diagnostics;
using TransferLearning.Featurization;
using TransferLearning.Imaging;
using TransferLearning.Tests.Imaging;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Faults;

/// <summary>Rows 1 to 6: pictures, as a user of a classifier meets them. The decoder's own tests are in Imaging.</summary>
[Collection(MeasuresTheProcess.Name)]
public sealed class PictureFaultTests(DrawnExample example)
{
    private const int Row6Trials = 2_000;

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

        // Under a skip policy they are listed, and none gets a score.
        var listed = await classifier.PredictAsync([empty, renamed, text], UndecodableImages.Skip);
        Assert.Equal([true, false, true], listed.Select(item => item.Prediction is null));
        Assert.Equal([empty, text], listed.Where(item => item.Error is not null).Select(item => item.Path));
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("scene.png")]
    public async Task Row_02_a_picture_cut_off_at_every_sixteenth(string picture)
    {
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        byte[] whole = Golden.Encoded(picture);
        classifier.Predict(whole);

        // What follows the pixels of a PNG, a checksum and an end mark, is not needed.
        int end = picture.EndsWith(".png", StringComparison.Ordinal) ? whole.AsSpan().LastIndexOf("IEND"u8) - 12 : whole.Length;
        using var scope = new FaultScope();
        for (int sixteenth = 0; sixteenth < 16; sixteenth++)
        {
            string path = scope.Put($"{sixteenth}-{picture}", whole[..(end * sixteenth / 16)]);
            scope.Refused<ImageDecodeException>(() => classifier.Predict(path), path);
        }
    }

    [Fact]
    public async Task Row_03_a_header_of_65500_by_65500_in_a_small_file()
    {
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        byte[] huge = HostilePictures.WithSize("scene.png", 65_500, 65_500);
        classifier.Predict(example.Dataset.Test[0].Path);
        using var scope = new FaultScope();
        string path = scope.Put("huge.png", huge);
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
        string scans = scope.Put("scans.jpg", HostilePictures.WithRepeatedLastScan("progressive.jpg", 20_000));
        string frames = scope.Put("frames.gif", HostilePictures.WithFrames("palette.gif", 50_000));
        var clock = Stopwatch.StartNew();
        scope.Refused<ImageDecodeException>(() => classifier.Predict(scans), scans, "scans");
        Assert.Equal(classifier.Predict(Golden.Encoded("palette.gif")).Probabilities, classifier.Predict(frames).Probabilities);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
    }

    /// <summary>The pixels are compared with Pillow's in Imaging; here each kind must be taken, and the upright ones must agree.</summary>
    [Fact]
    public async Task Row_05_every_kind_of_colour_depth_and_orientation()
    {
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        using var scope = new FaultScope();
        foreach (string picture in Golden.Pictures)
            Assert.InRange(classifier.Predict(Golden.Encoded(picture), picture).Probability, 1f / 3, 1);
    }

    [Fact]
    public async Task Row_06_random_byte_flips_over_seed_images()
    {
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        classifier.Predict(example.Dataset.Test[0].Path);
        using var scope = new FaultScope();
        var seeds = Golden.Pictures.Select(Golden.Encoded).Append(File.ReadAllBytes(example.Dataset.Test[0].Path)).ToArray();
        var random = new Random(6);
        int refused = 0;
        for (int trial = 0; trial < Row6Trials; trial++)
        {
            byte[] damaged = [.. seeds[random.Next(seeds.Length)]];
            for (int flips = random.Next(1, 9); flips > 0; flips--)
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                Assert.InRange(classifier.Predict(damaged).Probability, 1f / 3, 1);
            }
            catch (ImageDecodeException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, Row6Trials - 1);
    }
}
