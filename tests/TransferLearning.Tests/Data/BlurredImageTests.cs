using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data;

/// <summary>
/// Images that are much less sharp than the others of their dataset are named; soft datasets and plain images give no alarm.
/// </summary>
public sealed class BlurredImageTests
{
    private const int Images = 20;

    [Theory]
    [InlineData("gaussian", 0.03, SKEncodedImageFormat.Jpeg, 85, 1.0)]
    [InlineData("gaussian", 0.03, SKEncodedImageFormat.Png, 100, 0.4)]
    [InlineData("gaussian", 0.08, SKEncodedImageFormat.Webp, 75, 1.0)]
    [InlineData("gaussian", 0.05, SKEncodedImageFormat.Jpeg, 30, 3.0)]
    [InlineData("disc", 0.04, SKEncodedImageFormat.Jpeg, 90, 1.0)]
    [InlineData("disc", 0.08, SKEncodedImageFormat.Png, 100, 0.5)]
    [InlineData("box", 0.04, SKEncodedImageFormat.Png, 100, 1.0)]
    [InlineData("box", 0.06, SKEncodedImageFormat.Jpeg, 75, 2.0)]
    [InlineData("motion", 0.12, SKEncodedImageFormat.Jpeg, 90, 1.0)]
    [InlineData("motion", 0.2, SKEncodedImageFormat.Webp, 90, 0.6)]
    [InlineData("enlarged", 24, SKEncodedImageFormat.Jpeg, 92, 1.0)]
    [InlineData("enlarged", 32, SKEncodedImageFormat.Png, 100, 2.0)]
    public async Task Blurred_images_among_sharp_ones_are_named(
        string kind, double size, SKEncodedImageFormat format, int quality, double scale)
    {
        using var folder = new TemporaryFolder();
        Draw(folder, image => image.Copy());
        var planted = new List<string>();
        for (int i = 0; i < 4; i++)
        {
            using var image = Scene(900 + i);
            using var scaled = Scaled(image, scale);
            using var blurred = Blurred(scaled, kind, size, i);
            string path = folder.File($"{(i % 2 == 0 ? "a" : "b")}/planted{i}.{format}");
            Write(path, blurred, format, quality);
            planted.Add(path);
        }

        var report = await DatasetDoctor.CheckAsync(folder.Path);
        var finding = Assert.Single(report.Findings, found => found.Kind == DatasetFindingKind.Blurred);
        Assert.Equal(planted.Order(), finding.Files.Order());
        Assert.Equal(FindingSeverity.Note, finding.Severity);
        Assert.Contains("4 images may be blurred", finding.Message, StringComparison.Ordinal);
        Assert.Contains("Look at them", finding.Remedy, StringComparison.Ordinal);
        Assert.False(report.HasErrors);
    }

    [Theory]
    [InlineData("gaussian", 0.03)]
    [InlineData("gaussian", 0.012)]
    [InlineData("enlarged", 32)]
    public async Task A_dataset_that_is_soft_throughout_gives_no_alarm(string kind, double size)
    {
        using var folder = new TemporaryFolder();
        int drawn = 0;
        Draw(folder, image => Blurred(image, kind, size * (1 + (0.02 * (drawn++ % 10))), 0));
        await AssertNoneAsync(folder);
    }

    [Fact]
    public async Task Drawings_nights_and_portraits_that_are_sharp_give_no_alarm()
    {
        using var folder = new TemporaryFolder();
        Draw(folder, image => image.Copy());

        // A plain shape; few lights in the dark; edges of one direction; a sharp object before a blurred ground; low contrast.
        WritePng(folder.File("a/drawing.png"), Canvas(canvas =>
        {
            canvas.Clear(SKColors.White);
            using var paint = new SKPaint { IsAntialias = true, Color = new SKColor(200, 30, 30) };
            canvas.DrawCircle(200, 150, 90, paint);
        }));
        WritePng(folder.File("a/night.png"), Canvas(canvas =>
        {
            canvas.Clear(new SKColor(4, 5, 9));
            using var paint = new SKPaint { IsAntialias = true, Color = new SKColor(250, 240, 190) };
            for (int i = 0; i < 7; i++)
                canvas.DrawCircle(30 + (53 * i), 120 + (i * i * 3), 2 + (i % 3), paint);
        }));
        foreach (int degrees in (int[])[0, 45, 90, 135])
        {
            WritePng(folder.File($"b/stripes{degrees}.png"), Canvas(canvas =>
            {
                canvas.Clear(SKColors.Gray);
                using var paint = new SKPaint { IsAntialias = true, Color = SKColors.DarkGreen, StrokeWidth = 14 };
                for (int at = -400; at <= 800; at += 60)
                {
                    canvas.Save();
                    canvas.RotateDegrees(degrees, 200, 150);
                    canvas.DrawLine(-900, at, 900, at, paint);
                    canvas.Restore();
                }
            }));
        }

        using (var scene = Scene(77))
        using (var ground = Blur.Gaussian(scene, 0.05))
        using (var canvas = new SKCanvas(ground))
        {
            canvas.DrawBitmap(scene, new SKRect(140, 90, 260, 210), new SKRect(140, 90, 260, 210));
            WritePng(folder.File("b/portrait.png"), ground.Copy());
        }

        using (var scene = Scene(78))
        {
            scene.Pixels = [.. scene.Pixels.Select(p =>
                new SKColor((byte)(110 + (p.Red / 8)), (byte)(110 + (p.Green / 8)), (byte)(110 + (p.Blue / 8))))];
            WritePng(folder.File("b/pale.png"), scene.Copy());
        }

        await AssertNoneAsync(folder);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(0)]
    public async Task Few_images_and_images_of_a_few_pixels_are_not_judged(int others)
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < Math.Max(others, 1); i++)
        {
            using var image = Scene(i);
            Write(folder.File($"a/{i}.png"), image, SKEncodedImageFormat.Png, 100);
        }

        for (int i = 0; i < (others == 0 ? Images : 1); i++)
        {
            using var image = Scene(500 + i);
            using var blurred = Blur.Gaussian(image, 0.05);
            using var small = Scaled(blurred, others == 0 ? 0.06 : 1);
            Write(folder.File($"b/{i}.png"), small, SKEncodedImageFormat.Png, 100);
        }

        await AssertNoneAsync(folder);
    }

    private static async Task AssertNoneAsync(TemporaryFolder folder)
    {
        var findings = (await DatasetDoctor.CheckAsync(folder.Path)).Findings;
        Assert.Empty(findings.Where(found => found.Kind == DatasetFindingKind.Blurred).SelectMany(found => found.Files));
    }

    private static void Draw(TemporaryFolder folder, Func<SKBitmap, SKBitmap> change)
    {
        for (int i = 0; i < Images; i++)
        {
            using var image = Scene(i);
            using var changed = change(image);
            Write(folder.File($"{(i % 2 == 0 ? "a" : "b")}/{i:00}.jpg"), changed, SKEncodedImageFormat.Jpeg, 90);
        }
    }

    private static SKBitmap Blurred(SKBitmap image, string kind, double size, int number) => kind switch
    {
        "gaussian" => Blur.Gaussian(image, size),
        "disc" => Blur.Disc(image, size),
        "box" => Blur.Box(image, size),
        "motion" => Blur.Motion(image, size, 50 * number),
        _ => Blur.Enlarged(image, (int)size),
    };

    /// <summary>Discs of many sizes and colours.</summary>
    private static SKBitmap Scene(int seed)
    {
        var random = new Random(seed);
        return Canvas(canvas =>
        {
            canvas.Clear(SKColor.FromHsl(random.Next(360), 30, 60));
            for (int i = 0; i < 40; i++)
            {
                using var paint = new SKPaint { IsAntialias = true, Color = SKColor.FromHsl(random.Next(360), 50, random.Next(20, 80)) };
                canvas.DrawCircle(random.Next(400), random.Next(300), random.Next(6, 60), paint);
            }
        });
    }

    private static SKBitmap Canvas(Action<SKCanvas> draw)
    {
        var bitmap = new SKBitmap(new SKImageInfo(400, 300, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        draw(canvas);
        return bitmap;
    }

    private static SKBitmap Scaled(SKBitmap image, double scale) => image.Resize(
        new SKImageInfo((int)(image.Width * scale), (int)(image.Height * scale)), SKFilterQuality.Medium);

    private static void WritePng(string path, SKBitmap image)
    {
        using (image)
            Write(path, image, SKEncodedImageFormat.Png, 100);
    }

    private static void Write(string path, SKBitmap image, SKEncodedImageFormat format, int quality)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var data = image.Encode(format, quality);
        File.WriteAllBytes(path, data.ToArray());
    }
}
