using SkiaSharp;

/// <summary>
/// Draws a small image set, so that the sample needs no download: ten kinds of glyphs in random pose, colour and noise, as a folder
/// with one sub-folder for each class.
/// </summary>
internal static class GlyphImages
{
    private const int Size = 128;

    private static readonly (string Name, Func<SKPath> Path)[] Glyphs =
    [
        ("arrow", () => Polygon((-40, -12), (5, -12), (5, -35), (42, 0), (5, 35), (5, 12), (-40, 12))),
        ("circle", () => Circles(38)),
        ("cross", () => Polygon(
            (-14, -40), (14, -40), (14, -14), (40, -14), (40, 14), (14, 14), (14, 40), (-14, 40), (-14, 14), (-40, 14), (-40, -14),
            (-14, -14))),
        ("crescent", () => Difference(Circles(38), Circles(34, 18))),
        ("heart", Heart),
        ("hexagon", () => Star(6, 38, 38 * MathF.Cos(MathF.PI / 6))),
        ("ring", () => Difference(Circles(40), Circles(22))),
        ("square", () => Polygon((-32, -32), (32, -32), (32, 32), (-32, 32))),
        ("star", () => Star(5, 42, 17)),
        ("triangle", () => Star(3, 42, 21)),
    ];

    /// <summary>
    /// Writes <paramref name="perClass"/> images of each kind below <paramref name="folder"/>; the same seed draws the same images.
    /// </summary>
    public static void Draw(string folder, int perClass, int seed)
    {
        var random = new Random(seed);
        foreach (var (name, path) in Glyphs)
        {
            string classFolder = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            for (int i = 0; i < perClass; i++)
            {
                using var glyph = path();
                using var bitmap = DrawOne(glyph, random);
                using var file = File.Create(Path.Combine(classFolder, FormattableString.Invariant($"{name}_{i:000}.jpg")));
                bitmap.Encode(file, SKEncodedImageFormat.Jpeg, 90);
            }
        }
    }

    private static SKBitmap DrawOne(SKPath glyph, Random random)
    {
        var bitmap = new SKBitmap(Size, Size, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        float hue = random.NextSingle() * 360;
        canvas.Clear(SKColor.FromHsl(hue, 30 + 50 * random.NextSingle(), 65 + 25 * random.NextSingle()));
        canvas.Translate(Size / 2 + random.Next(-14, 15), Size / 2 + random.Next(-14, 15));
        canvas.RotateDegrees(random.Next(-40, 41));
        canvas.Scale(0.75f + 0.45f * random.NextSingle(), 0.75f + 0.45f * random.NextSingle());
        using var paint = new SKPaint { IsAntialias = true };
        paint.Color = SKColor.FromHsl((hue + 120 + 120 * random.NextSingle()) % 360, 70, 20 + 25 * random.NextSingle());
        canvas.DrawPath(glyph, paint);
        canvas.Flush();
        AddNoise(bitmap, random);
        return bitmap;
    }

    private static void AddNoise(SKBitmap bitmap, Random random)
    {
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                var colour = bitmap.GetPixel(x, y);
                int noise = random.Next(-18, 19);
                bitmap.SetPixel(x, y, new SKColor(Shift(colour.Red, noise), Shift(colour.Green, noise), Shift(colour.Blue, noise)));
            }
        }
    }

    private static byte Shift(byte value, int by) => (byte)Math.Clamp(value + by, 0, 255);

    private static SKPath Circles(float radius, float x = 0)
    {
        var path = new SKPath();
        path.AddCircle(x, 0, radius);
        return path;
    }

    private static SKPath Difference(SKPath from, SKPath hole)
    {
        using (from)
        using (hole)
            return from.Op(hole, SKPathOp.Difference);
    }

    private static SKPath Heart()
    {
        var path = new SKPath();
        path.MoveTo(0, 36);
        path.CubicTo(-60, -4, -30, -48, 0, -18);
        path.CubicTo(30, -48, 60, -4, 0, 36);
        path.Close();
        return path;
    }

    private static SKPath Star(int points, float outer, float inner) => Polygon(
        [.. Enumerable.Range(0, 2 * points).Select(i =>
        {
            float radius = i % 2 == 0 ? outer : inner;
            float angle = MathF.PI * i / points - MathF.PI / 2;
            return (radius * MathF.Cos(angle), radius * MathF.Sin(angle));
        })]);

    private static SKPath Polygon(params (float X, float Y)[] corners)
    {
        var path = new SKPath();
        path.AddPoly([.. corners.Select(corner => new SKPoint(corner.X, corner.Y))]);
        return path;
    }
}
