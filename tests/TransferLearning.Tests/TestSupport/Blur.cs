using SkiaSharp;

namespace TransferLearning.Tests.TestSupport;

/// <summary>Ways in which a picture gets blurred. The size is a share of the shorter side.</summary>
internal static class Blur
{
    /// <summary>A Gaussian filter.</summary>
    /// <param name="image">The image.</param>
    /// <param name="size">The standard deviation.</param>
    public static SKBitmap Gaussian(SKBitmap image, double size)
    {
        float sigma = (float)(size * Shorter(image));
        var blurred = new SKBitmap(image.Info);
        using var canvas = new SKCanvas(blurred);
        using var filter = SKImageFilter.CreateBlur(sigma, sigma, SKShaderTileMode.Clamp);
        using var paint = new SKPaint { ImageFilter = filter };
        canvas.DrawBitmap(image, 0, 0, paint);
        return blurred;
    }

    /// <summary>What is out of the focus of a lens.</summary>
    /// <param name="image">The image.</param>
    /// <param name="size">The radius of the disc.</param>
    public static SKBitmap Disc(SKBitmap image, double size)
    {
        int radius = Radius(image, size);
        return Mean(image, (x, y) => (x * x) + (y * y) <= radius * radius, radius);
    }

    /// <summary>The mean of a square.</summary>
    /// <param name="image">The image.</param>
    /// <param name="size">Half of its side.</param>
    public static SKBitmap Box(SKBitmap image, double size) => Mean(image, (_, _) => true, Radius(image, size));

    /// <summary>A camera that moved on a line.</summary>
    /// <param name="image">The image.</param>
    /// <param name="size">The length of the line.</param>
    /// <param name="degrees">Its angle.</param>
    public static SKBitmap Motion(SKBitmap image, double size, double degrees)
    {
        int radius = Radius(image, size / 2);
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        var line = Enumerable.Range(-radius, (2 * radius) + 1)
            .Select(at => ((int)Math.Round(at * cos), (int)Math.Round(at * sin))).ToHashSet();
        return Mean(image, (x, y) => line.Contains((x, y)), radius);
    }

    /// <summary>A small image that was scaled up.</summary>
    /// <param name="image">The image.</param>
    /// <param name="side">The shorter side of the small image, in pixels.</param>
    public static SKBitmap Enlarged(SKBitmap image, int side)
    {
        double scale = (double)side / Shorter(image);
        var size = new SKImageInfo((int)Math.Round(image.Width * scale), (int)Math.Round(image.Height * scale));
        using var small = image.Resize(size, SKFilterQuality.Medium);
        return small.Resize(image.Info, SKFilterQuality.High);
    }

    private static int Shorter(SKBitmap image) => Math.Min(image.Width, image.Height);

    private static int Radius(SKBitmap image, double size) => Math.Max(1, (int)Math.Round(size * Shorter(image)));

    private static SKBitmap Mean(SKBitmap image, Func<int, int, bool> belongs, int radius)
    {
        var (width, height) = (image.Width, image.Height);
        var source = image.Pixels;
        var target = new SKColor[source.Length];
        var offsets = (from y in Enumerable.Range(-radius, (2 * radius) + 1)
                       from x in Enumerable.Range(-radius, (2 * radius) + 1)
                       where belongs(x, y)
                       select (x, y)).ToArray();
        Parallel.For(0, height, y =>
        {
            for (int x = 0; x < width; x++)
            {
                int red = 0, green = 0, blue = 0;
                foreach (var (right, down) in offsets)
                {
                    var pixel = source[(Math.Clamp(y + down, 0, height - 1) * width) + Math.Clamp(x + right, 0, width - 1)];
                    (red, green, blue) = (red + pixel.Red, green + pixel.Green, blue + pixel.Blue);
                }

                target[(y * width) + x] = new SKColor(
                    (byte)(red / offsets.Length), (byte)(green / offsets.Length), (byte)(blue / offsets.Length));
            }
        });
        return new SKBitmap(image.Info) { Pixels = target };
    }
}
