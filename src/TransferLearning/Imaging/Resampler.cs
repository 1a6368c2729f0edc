namespace TransferLearning.Imaging;

/// <summary>
/// The horizontal pass of a resize: every old row that counts becomes a row of the new width, as bytes. Rows are planar for
/// <see cref="TensorLayout.Nchw"/> (all of the first channel, then the second, then the third) and interleaved otherwise, so that the
/// vertical pass meets its results in the order of the tensor.
/// </summary>
internal static class HorizontalPass
{
    private const int HalfBit = 1 << (ResampleTable.FractionBits - 1);

    /// <summary>Resamples the rows <paramref name="firstRow"/> to <paramref name="endRow"/> (exclusive).</summary>
    public static void Run(
        PixelImage image, ResampleTable columns, int firstRow, int endRow, Span<byte> destination, ImagePreprocessing target)
    {
        int width = columns.Axis.Count;
        bool planar = target.Layout == TensorLayout.Nchw;
        int pixelStep = planar ? 1 : 3;
        int channelStep = planar ? width : 1;
        int red = target.ChannelOrder == ChannelOrder.Rgb ? 0 : 2 * channelStep;
        int blue = 2 * channelStep - red;
        var pixels = image.PaddedPixels;
        int sourceStride = image.Width * 3;
        for (int y = firstRow; y < endRow; y++)
        {
            var source = pixels[(y * sourceStride)..];
            var row = destination.Slice((y - firstRow) * width * 3, width * 3);
            for (int x = 0; x < width; x++)
            {
                int start = columns.Starts[x] * 3;
                var weights = columns.Weights.Slice(x * columns.Stride, columns.Counts[x]);
                int r = HalfBit, g = HalfBit, b = HalfBit;
                foreach (int weight in weights)
                {
                    r += source[start] * weight;
                    g += source[start + 1] * weight;
                    b += source[start + 2] * weight;
                    start += 3;
                }

                int at = x * pixelStep;
                row[at + red] = Clamp(r);
                row[at + channelStep] = Clamp(g);
                row[at + blue] = Clamp(b);
            }
        }
    }

    private static byte Clamp(int sum) => (byte)Math.Clamp(sum >> ResampleTable.FractionBits, 0, 255);
}

/// <summary>The vertical pass of a resize, and the normalisation of its results.</summary>
internal static class VerticalPass
{
    private const int HalfBit = 1 << (ResampleTable.FractionBits - 1);

    /// <summary>
    /// Sums weighted rows and writes <c>(sum − mean) · scale</c>.
    /// </summary>
    public static void Run(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<int> weights, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale, Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            int sum = HalfBit;
            for (int k = 0; k < weights.Length; k++)
                sum += rows[k * stride + i] * weights[k];
            destination[i] = (Math.Clamp(sum >> ResampleTable.FractionBits, 0, 255) - mean[i]) * scale[i];
        }
    }
}
