namespace TransferLearning;

/// <summary>
/// Paints a coarse map of numbers over an image, which becomes grey for that: higher values are brighter and more yellow, see
/// <see cref="HeatColours"/>. What the network does not see is dark and has no colour.
/// </summary>
internal static class HeatOverlay
{
    /// <summary>The opacity of the map, the same for all values, so that equal values have equal colours.</summary>
    private const double Opacity = 0.6;

    private const double Unseen = 0.35;

    /// <summary>Paints.</summary>
    /// <param name="image">The whole image, at any scale; it is changed.</param>
    /// <param name="map">Numbers from 0 to 1, row by row; they cover the input of the network.</param>
    /// <param name="columns">The number of columns of the map.</param>
    /// <param name="preprocessing">The preprocessing that made the input of the network.</param>
    public static void Paint(PixelImage image, ReadOnlySpan<float> map, int columns, ImagePreprocessing preprocessing)
    {
        var geometry = ResizeGeometry.For(image.SourceWidth, image.SourceHeight, preprocessing);
        int rows = map.Length / columns;
        var pixels = image.Pixels;
        for (int y = 0; y < image.Height; y++)
        {
            double inputY = ((y + 0.5) * geometry.ResizedHeight / image.Height) - geometry.CropTop;
            for (int x = 0; x < image.Width; x++)
            {
                double inputX = ((x + 0.5) * geometry.ResizedWidth / image.Width) - geometry.CropLeft;
                var pixel = pixels.Slice(3 * ((y * image.Width) + x), 3);
                if (inputX < 0 || inputX >= geometry.Width || inputY < 0 || inputY >= geometry.Height)
                {
                    Grey(pixel);
                    continue;
                }

                double column = ((inputX + geometry.TargetLeft) / preprocessing.Width * columns) - 0.5;
                double row = ((inputY + geometry.TargetTop) / preprocessing.Height * rows) - 0.5;
                Heat(pixel, Between(map, columns, rows, column, row));
            }
        }
    }

    /// <summary>Bilinear interpolation; beyond the outer centres the outer values are repeated.</summary>
    private static double Between(ReadOnlySpan<float> map, int columns, int rows, double column, double row)
    {
        column = Math.Clamp(column, 0, columns - 1);
        row = Math.Clamp(row, 0, rows - 1);
        int left = (int)column, top = (int)row;
        int right = Math.Min(left + 1, columns - 1), bottom = Math.Min(top + 1, rows - 1);
        double upper = double.Lerp(map[(top * columns) + left], map[(top * columns) + right], column - left);
        double lower = double.Lerp(map[(bottom * columns) + left], map[(bottom * columns) + right], column - left);
        return double.Lerp(upper, lower, row - top);
    }

    private static void Heat(Span<byte> pixel, double value)
    {
        double grey = (1 - Opacity) * Luma(pixel);
        HeatColours.Write(value, pixel);
        for (int i = 0; i < pixel.Length; i++)
            pixel[i] = (byte)Math.Round(grey + (Opacity * pixel[i]));
    }

    private static void Grey(Span<byte> pixel) => pixel.Fill((byte)(Unseen * Luma(pixel)));

    private static double Luma(ReadOnlySpan<byte> pixel) => (0.299 * pixel[0]) + (0.587 * pixel[1]) + (0.114 * pixel[2]);
}
