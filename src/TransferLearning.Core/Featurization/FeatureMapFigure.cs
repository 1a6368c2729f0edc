using System.Globalization;
using System.Security;
using System.Text;
using SkiaSharp;

namespace TransferLearning;

/// <summary>An SVG figure of feature maps: a heading for each layer, below it its maps in a grid, each with its number.</summary>
internal sealed class FeatureMapFigure(int columns)
{
    private const int Tile = 96;
    private const int Gap = 8;
    private const int TextHeight = 16;
    private const int Heading = 24;

    private readonly StringBuilder _content = new();
    private int _top = Gap;

    /// <summary>Adds the maps of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="values">Its maps one after the other, row by row.</param>
    /// <param name="most">The maximum number of maps: those that vary most.</param>
    /// <returns>The layer with the maps that are drawn.</returns>
    public FeatureMapLayer Add(FeatureMapLayer layer, ReadOnlySpan<float> values, int most)
    {
        int area = layer.Height * layer.Width;
        var spread = new double[layer.Maps];
        for (int map = 0; map < layer.Maps; map++)
            spread[map] = Spread(values.Slice(map * area, area));
        int[] drawn = [.. Enumerable.Range(0, layer.Maps).OrderByDescending(map => spread[map]).ThenBy(map => map).Take(most)];
        string depth = double.IsFinite(layer.Depth)
            ? string.Create(CultureInfo.InvariantCulture, $", {100 * layer.Depth:F0}% of the layers")
            : "";
        Text(Gap, _top + TextHeight, string.Create(
            CultureInfo.InvariantCulture, $"{layer.Name}{depth}: {drawn.Length} of {layer.Maps} maps of {layer.Width} × {layer.Height}"));
        _top += Heading;
        for (int i = 0; i < drawn.Length; i++)
        {
            int left = Gap + (i % columns * (Tile + Gap)), top = _top + (i / columns * (Tile + TextHeight + Gap));
            byte[] png = Draw(values.Slice(drawn[i] * area, area), layer.Width, layer.Height);
            _content.Append(
                CultureInfo.InvariantCulture,
                $"<image x=\"{left}\" y=\"{top}\" width=\"{Tile}\" height=\"{Tile}\" style=\"image-rendering:pixelated\" " +
                $"preserveAspectRatio=\"xMidYMid meet\" href=\"data:image/png;base64,{Convert.ToBase64String(png)}\"/>\n");
            Text(left, top + Tile + TextHeight - 4, string.Create(CultureInfo.InvariantCulture, $"map {drawn[i]}"));
        }

        _top += (drawn.Length + columns - 1) / columns * (Tile + TextHeight + Gap);
        return layer with { Drawn = drawn };
    }

    /// <summary>Writes the figure.</summary>
    public void WriteTo(Stream stream)
    {
        int width = Gap + (columns * (Tile + Gap));
        string svg = string.Create(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{_top}\" " +
            $"font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n{_content}</svg>\n");
        stream.Write(Encoding.UTF8.GetBytes(svg));
    }

    private void Text(int left, int baseline, string text) => _content.Append(
        CultureInfo.InvariantCulture, $"<text x=\"{left}\" y=\"{baseline}\">{SecurityElement.Escape(text)}</text>\n");

    private static double Spread(ReadOnlySpan<float> map)
    {
        double mean = 0, squares = 0;
        foreach (float value in map)
            mean += value / map.Length;
        foreach (float value in map)
            squares += (value - mean) * (value - mean);
        return squares;
    }

    private static byte[] Draw(ReadOnlySpan<float> map, int width, int height)
    {
        float low = float.PositiveInfinity, high = float.NegativeInfinity;
        foreach (float value in map)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        using var image = new PixelImage(width, height);
        for (int i = 0; i < map.Length; i++)
        {
            // A map without any response is dark throughout.
            double share = high > low ? (map[i] - low) / (high - low) : 0;
            HeatColours.Write(share, image.Pixels.Slice(3 * i, 3));
        }

        return ImageScaling.Encode(image, SKEncodedImageFormat.Png);
    }
}
