using System.Globalization;
using SkiaSharp;

namespace TransferLearning.Tests.TestSupport;

/// <summary>
/// Images of three shapes in random place, size, colour and noise: a task that the embedded backbone learns from few of them.
/// </summary>
internal static class DrawnImages
{
    private const int Side = 96;

    /// <summary>The classes in ordinal order. One name has letters that cultures change the case of, and signs beyond Latin.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["circle", "square", "yıldız İ ★"];

    /// <summary>Writes images of each class into a folder of its name; the same seed draws the same images.</summary>
    public static void Draw(string folder, int perClass, int seed)
    {
        for (int label = 0; label < Classes.Count; label++)
        {
            string classFolder = Directory.CreateDirectory(Path.Combine(folder, Classes[label])).FullName;
            for (int i = 0; i < perClass; i++)
                File.WriteAllBytes(Path.Combine(classFolder, string.Create(CultureInfo.InvariantCulture, $"{i:000}.jpg")),
                    Encode(label, (seed * 1000) + i));
        }
    }

    /// <summary>One image as a JPEG.</summary>
    public static byte[] Encode(int label, int seed, int side = Side)
    {
        var random = new Random((seed * Classes.Count) + label);
        using var bitmap = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(bitmap))
        {
            float hue = 360 * random.NextSingle();
            canvas.Clear(SKColor.FromHsl(hue, 40, 75 + (15 * random.NextSingle())));
            using var paint =
                new SKPaint { IsAntialias = true, Color = SKColor.FromHsl((hue + 180) % 360, 70, 25 + (15 * random.NextSingle())) };
            canvas.Scale(side / 96f);
            canvas.Translate(48 + random.Next(-8, 9), 48 + random.Next(-8, 9));
            float radius = 22 + (10 * random.NextSingle());
            using var shape = Shape(label, radius);
            canvas.DrawPath(shape, paint);
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 92);
        return data.ToArray();
    }

    private static SKPath Shape(int label, float radius)
    {
        var path = new SKPath();
        if (label == 0)
            path.AddCircle(0, 0, radius);
        else if (label == 1)
            path.AddRect(new SKRect(-radius, -radius, radius, radius));
        else
            path.AddPoly([.. Enumerable.Range(0, 10).Select(i => Point(i % 2 == 0 ? radius * 1.3f : radius * 0.45f, MathF.PI * i / 5))]);
        return path;
    }

    private static SKPoint Point(float radius, float angle) => new(radius * MathF.Sin(angle), -radius * MathF.Cos(angle));
}
