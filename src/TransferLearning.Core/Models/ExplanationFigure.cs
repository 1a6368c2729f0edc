using System.Globalization;
using SkiaSharp;

namespace TransferLearning;

/// <summary>Draws an explanation as a figure: the painted image, and beside it what it shows.</summary>
internal static class ExplanationFigure
{
    /// <summary>Smaller images are enlarged, so that the words beside them fit and can be read.</summary>
    private const int SmallestHeight = 360;

    private const int ClassesListed = 5;

    private static readonly SKTypeface Letters = LoadLetters();

    /// <summary>Draws.</summary>
    /// <param name="explanation">The explanation.</param>
    /// <param name="painted">The image with the map over it.</param>
    /// <param name="format">JPEG or PNG.</param>
    /// <param name="quality">The JPEG quality.</param>
    public static byte[] Draw(ClassExplanation explanation, PixelImage painted, SKEncodedImageFormat format, int quality)
    {
        using var image = ImageScaling.ToBitmap(painted);
        double scale = Math.Max(1, (double)SmallestHeight / image.Height);
        int width = (int)Math.Round(scale * image.Width), height = (int)Math.Round(scale * image.Height);
        float unit = height / 18f;
        int panel = (int)(11 * unit);
        using var figure = new SKBitmap(new SKImageInfo(width + panel, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(figure))
        {
            canvas.Clear(SKColors.White);
            canvas.DrawBitmap(image, SKRect.Create(width, height));
            canvas.Translate(width + unit, 0);
            DrawPanel(canvas, explanation, unit, panel - (2 * unit));
        }

        using var data = figure.Encode(format, quality);
        return data.ToArray();
    }

    private static void DrawPanel(SKCanvas canvas, ClassExplanation explanation, float unit, float width)
    {
        float baseline = 0.4f * unit;
        Text("What speaks for", 0.75f, SKColors.DimGray);
        Text(explanation.Label, 1.2f, SKColors.Black);
        Text(Percent(explanation.Probability), 1f, SKColors.Black);
        if (!explanation.Prediction.IsKnown)
            Text("unknown image", 0.75f, SKColors.Firebrick);
        DrawColours(canvas, baseline + unit, width, 0.8f * unit);
        baseline += 1.8f * unit;
        Text("little", 0.75f, SKColors.DimGray);
        Text("much", 0.75f, SKColors.DimGray, isBeside: true);
        baseline += 0.6f * unit;
        Text("Most probable", 0.75f, SKColors.DimGray);
        foreach (var known in explanation.Prediction.Top(ClassesListed))
        {
            Text(known.Label, 0.75f, SKColors.Black, room: width - (2.8f * unit));
            Text(Percent(known.Probability), 0.75f, SKColors.Black, isBeside: true);
        }

        // A line below the last one, or at the right edge of the same line.
        void Text(string text, float size, SKColor colour, bool isBeside = false, float? room = null)
        {
            baseline += isBeside ? 0 : 1.45f * size * unit;
            Write(canvas, text, baseline, size * unit, colour, room ?? width, isBeside ? width : null);
        }
    }

    private static void DrawColours(SKCanvas canvas, float top, float width, float height)
    {
        Span<byte> colour = stackalloc byte[3];
        using var paint = new SKPaint();
        for (int x = 0; x < width; x++)
        {
            HeatColours.Write(x / (double)width, colour);
            paint.Color = new SKColor(colour[0], colour[1], colour[2]);
            canvas.DrawRect(x, top, 1.5f, height, paint);
        }
    }

    /// <summary>Writes a line; text that is too long is cut.</summary>
    private static void Write(SKCanvas canvas, string text, float baseline, float size, SKColor colour, float room, float? rightEdge)
    {
        using var font = new SKFont(FontOf(text), size);
        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        string shown = text;
        for (int length = text.Length - 1; length > 0 && Measure(shown) > room; length--)
            shown = text[..length].TrimEnd() + "…";
        float left = rightEdge is { } edge ? edge - Measure(shown) : 0;
        canvas.DrawText(shown, left, baseline, font, paint);

        float Measure(string line) => font.MeasureText(font.Typeface.GetGlyphs(line), paint);
    }

    /// <summary>Letters that the library does not bring are taken from the fonts of the system, if it has any.</summary>
    private static SKTypeface FontOf(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (Letters.GetGlyph(rune.Value) == 0 && SKFontManager.Default.MatchCharacter(rune.Value) is { } other)
                return other;
        }

        return Letters;
    }

    private static SKTypeface LoadLetters()
    {
        using var stream = EmbeddedResource.Open("figure.ttf");
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data) ?? SKTypeface.Default;
    }

    private static string Percent(float share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1}%");
}
