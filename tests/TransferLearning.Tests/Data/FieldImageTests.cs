using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data;

/// <summary>Images that are far from square or show nothing (docs/field.md).</summary>
public sealed class FieldImageTests
{
    [Fact]
    public async Task What_stands_at_the_edge_of_long_images_is_learned_with_another_resize()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 24; i++)
        {
            Draw(folder.File($"left_red/{i:000}.png"), 384, 96, i, new SKColor(200, 40, 40));
            Draw(folder.File($"left_blue/{i:000}.png"), 384, 96, 100 + i, new SKColor(50, 70, 200));
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

        var report = await DatasetDoctor.CheckAsync(folder.Path);
        var finding = Assert.Single(report.Findings);
        Assert.Equal((DatasetFindingKind.Blank, FindingSeverity.Warning), (finding.Kind, finding.Severity));
        Assert.Equal(
            ["circle/blank0.jpg", "circle/blank1.jpg", "square/blank2.jpg", "square/blank3.jpg"],
            finding.Files.Select(file => Path.GetRelativePath(folder.Path, file)));
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
