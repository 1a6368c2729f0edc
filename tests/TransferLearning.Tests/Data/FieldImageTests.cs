using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data;

/// <summary>Images that are far from square or show nothing (docs/field.md).</summary>
public sealed class FieldImageTests
{
    [Theory]
    [InlineData(384, 96)]
    [InlineData(96, 384)]
    public async Task What_stands_at_the_edge_of_long_images_is_learned_with_another_resize(int width, int height)
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 24; i++)
        {
            Draw(folder.File($"left_red/{i:000}.png"), width, height, i, new SKColor(200, 40, 40));
            Draw(folder.File($"left_blue/{i:000}.png"), width, height, 100 + i, new SKColor(50, 70, 200));
        }

        var report = await DatasetDoctor.CheckAsync(folder.Path);
        var finding = Assert.Single(report.Findings, finding => finding.Kind == DatasetFindingKind.CroppedArea);
        Assert.Equal((FindingSeverity.Warning, 48), (finding.Severity, finding.Files.Count));
        Assert.Contains("loses 75% of the area", finding.Message, StringComparison.Ordinal);

        var dataset = ImageDataset.FromFolder(folder.Path, new ImageFolderOptions { ValidationFraction = 0, TestFraction = 0.5 });
        double cropped = await AccuracyAsync(null);
        Assert.InRange(cropped, 0, 0.8);
        foreach (var mode in new[] { ImageResizeMode.Squash, ImageResizeMode.Pad })
            Assert.InRange(await AccuracyAsync(mode), 0.95, 1);

        async Task<double> AccuracyAsync(ImageResizeMode? mode)
        {
            var learner = TransferLearner.From(Backbones.TinyResNet);
            if (mode is { } wanted)
                learner = learner.WithResize(wanted);
            using var classifier = await learner.FeatureExtraction().FitAsync(dataset);
            Assert.Equal(mode ?? ImageResizeMode.ShortestSide, classifier.Preprocessing.Resize);
            return (await classifier.EvaluateAsync(dataset.Test)).Report.Accuracy;
        }
    }

    [Theory]
    [InlineData(150, 100, "33%", FindingSeverity.Note)]
    [InlineData(100, 240, "58%", FindingSeverity.Warning)]
    [InlineData(140, 100, null, FindingSeverity.Note)]
    public async Task The_lost_area_is_named_from_a_ratio_of_three_to_two_on(int width, int height, string? lost, FindingSeverity severity)
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 12; i++)
        {
            Draw(folder.File($"a/{i}.png"), width, height, i, SKColors.Red);
            Draw(folder.File($"b/{i}.png"), width, height, 50 + i, SKColors.Blue);
        }

        var findings = (await DatasetDoctor.CheckAsync(folder.Path)).Findings.Where(f => f.Kind == DatasetFindingKind.CroppedArea).ToList();
        Assert.Equal(lost is null ? 0 : 1, findings.Count);
        Assert.All(findings, finding => Assert.Equal(severity, finding.Severity));
        Assert.All(findings, finding => Assert.Contains(lost!, finding.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("cat/a.png", SKEncodedImageFormat.Png, 100, "dog/b.webp", SKEncodedImageFormat.Webp, 60)]
    [InlineData("cat/a.webp", SKEncodedImageFormat.Webp, 100, "dog/half.jpg", SKEncodedImageFormat.Jpeg, 40)]
    [InlineData("train/cat/a.jpg", SKEncodedImageFormat.Jpeg, 90, "valid/dog/a.jpg", SKEncodedImageFormat.Jpeg, 70)]
    public async Task The_same_image_in_two_classes_is_named_however_it_is_encoded(
        string first, SKEncodedImageFormat format, int quality, string second, SKEncodedImageFormat otherFormat, int otherQuality)
    {
        using var folder = new TemporaryFolder();
        bool isSplit = first.StartsWith("train/", StringComparison.Ordinal);
        foreach (string part in isSplit ? (string[])["train/", "valid/"] : [""])
        {
            for (int i = 0; i < 10; i++)
            {
                Draw(folder.File($"{part}cat/{i}.png"), 120, 90, (part == "valid/" ? 500 : 0) + i, SKColors.Red);
                Draw(folder.File($"{part}dog/{i}.png"), 120, 90, (part == "valid/" ? 550 : 50) + i, SKColors.Blue);
            }
        }

        using (var image = SKBitmap.Decode(DrawnImages.Encode(2, 7, side: 192)))
        using (var half = image.Resize(new SKImageInfo(96, 96), SKFilterQuality.High))
        using (var one = image.Encode(format, quality))
        using (var other = (second.Contains("half", StringComparison.Ordinal) ? half : image).Encode(otherFormat, otherQuality))
        {
            await File.WriteAllBytesAsync(folder.File(first), one.ToArray());
            await File.WriteAllBytesAsync(folder.File(second), other.ToArray());
        }

        var finding =
            Assert.Single((await DatasetDoctor.CheckAsync(folder.Path)).Findings, found => found.Severity == FindingSeverity.Error);
        Assert.Equal(DatasetFindingKind.ConflictingLabels, finding.Kind);
        Assert.Equal([folder.File(first), folder.File(second)], finding.Files);
        Assert.Contains("move it to a class of its own", finding.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train/common:130 train/x:20 train/rare:12 test/common:3 test/x:3 test/rare:3", "'common' has 130", "'rare' has 12")]
    [InlineData("1:11 2:12 10:125", "'10' has 125", "'1' has 11")]
    [InlineData("a:100 b:10", null, null)]
    public async Task Many_more_images_of_one_class_than_of_another_are_named(string folders, string? most, string? least)
    {
        using var folder = new DatasetFolder();
        foreach (string[] pair in folders.Split(' ').Select(part => part.Split(':')))
            folder.AddMany(pair[0], int.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture));
        var finding = (await DatasetDoctor.CheckAsync(folder.Path)).Findings.SingleOrDefault(f => f.Kind == DatasetFindingKind.Imbalance);
        Assert.Equal(most is null, finding is null);
        foreach (string said in new[] { most, least }.OfType<string>())
            Assert.Contains(said, finding!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_of_one_colour_are_named_and_are_no_copies_of_each_other()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 10, seed: 8);
        SKColor[] colours = [SKColors.Black, SKColors.White, SKColors.Black, new SKColor(120, 121, 122)];
        foreach (var (i, colour) in colours.Index())
        {
            using var bitmap = new SKBitmap(new SKImageInfo(100 + i, 90, SKColorType.Rgba8888, SKAlphaType.Opaque));
            bitmap.Erase(colour);
            using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 80);
            File.WriteAllBytes(folder.File($"{(i < 2 ? "circle" : "square")}/blank{i}.jpg"), data.ToArray());
        }

        // Nothing but transparency, and a lens cap with noise; dim images and gradients show something.
        var random = new Random(4);
        Save("square/clear.png", (_, _) => SKColors.Transparent);
        Save("square/noise.png", (_, _) => new SKColor((byte)random.Next(9), (byte)random.Next(9), (byte)random.Next(9)));
        Save("circle/gradient.png", (x, _) => new SKColor((byte)x, (byte)x, (byte)x));
        Save("circle/dim.png", (x, y) => x + y > 90 ? new SKColor(12, 12, 12) : SKColors.Black);

        var report = await DatasetDoctor.CheckAsync(folder.Path);
        var finding = Assert.Single(report.Findings);
        Assert.Equal((DatasetFindingKind.Blank, FindingSeverity.Warning), (finding.Kind, finding.Severity));
        Assert.Equal(
            ["circle/blank0.jpg", "circle/blank1.jpg", "square/blank2.jpg", "square/blank3.jpg", "square/clear.png", "square/noise.png"],
            finding.Files.Select(file => Path.GetRelativePath(folder.Path, file)));

        void Save(string name, Func<int, int, SKColor> colour)
        {
            using var bitmap = new SKBitmap(new SKImageInfo(90, 90, SKColorType.Rgba8888, SKAlphaType.Unpremul));
            bitmap.Pixels = [.. Enumerable.Range(0, 90 * 90).Select(i => colour(i % 90, i / 90))];
            using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(folder.File(name), data.ToArray());
        }
    }

    /// <summary>A disc anywhere, and a bar of the colour of the class at the left edge.</summary>
    private static void Draw(string path, int width, int height, int seed, SKColor bar)
    {
        var random = new Random(seed);
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(new SKColor((byte)random.Next(90, 150), (byte)random.Next(90, 150), (byte)random.Next(90, 150)));
        using (var canvas = new SKCanvas(bitmap))
        using (var paint = new SKPaint { Color = new SKColor(40, 160, 60) })
        {
            canvas.DrawCircle((width / 2) + random.Next(-8, 9), (height / 2) + random.Next(-8, 9), 20, paint);
            paint.Color = bar;
            canvas.DrawRect(4, 20, 36, 56, paint);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, data.ToArray());
    }
}
