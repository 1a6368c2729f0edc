namespace TransferLearning;

/// <summary>A rectangle of a map: the first column and row, and those behind the last.</summary>
internal readonly record struct MapBox(int Left, int Top, int Right, int Bottom)
{
    /// <summary>The number of places.</summary>
    public int Area => (Right - Left) * (Bottom - Top);
}

/// <summary>
/// How an example lies in memory where its activations are maps, or pixels: what CutMix has to know to exchange a rectangle of all
/// channels.
/// </summary>
internal sealed class ActivationMap
{
    private readonly int _channels;
    private readonly bool _channelsLast;

    private ActivationMap(long channels, long height, long width, bool channelsLast) =>
        (_channels, Height, Width, _channelsLast) = ((int)channels, (int)height, (int)width, channelsLast);

    /// <summary>The number of rows.</summary>
    public int Height { get; }

    /// <summary>The number of columns.</summary>
    public int Width { get; }

    /// <summary>Reads the shape of a tensor.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="dimensions">Its shape, batch size included.</param>
    /// <param name="isInput">Whether it holds images: those may have their channels last, which convolutions of ONNX never do.</param>
    /// <exception cref="ArgumentException">The tensor has no height and width.</exception>
    public static ActivationMap At(string name, ReadOnlySpan<long> dimensions, bool isInput)
    {
        if (dimensions.Length == 4)
        {
            var map = isInput && dimensions[3] == 3 && dimensions[1] != 3
                ? new ActivationMap(dimensions[3], dimensions[1], dimensions[2], channelsLast: true)
                : new ActivationMap(dimensions[1], dimensions[2], dimensions[3], channelsLast: false);
            if (map.Height * map.Width > 1)
                return map;
        }

        throw new ArgumentException(
            $"CutMix needs maps with height and width, but the activations at '{name}' are " +
            $"[{string.Join(", ", dimensions[1..].ToArray())}] for each image; " +
            "choose an earlier freeze point, or set CutMix to 0.");
    }

    /// <summary>
    /// Draws a rectangle of the aspect ratio of the map and about the given share of its area, around a place drawn at random; what would
    /// lie outside the map is cut off, as in the paper.
    /// </summary>
    /// <param name="random">The stream.</param>
    /// <param name="share">The share of the area, 0 to 1.</param>
    public MapBox DrawBox(ref SeededRandom random, double share)
    {
        var (left, right) = DrawSide(ref random, Width, share);
        var (top, bottom) = DrawSide(ref random, Height, share);
        return new MapBox(left, top, right, bottom);
    }

    /// <summary>The share of the area that is not in the rectangle.</summary>
    public float ShareOutside(MapBox box) => 1 - ((float)box.Area / (Height * Width));

    /// <summary>Copies a rectangle of all channels from one example into another.</summary>
    public void Copy(ReadOnlySpan<float> from, Span<float> to, MapBox box)
    {
        int scale = _channelsLast ? _channels : 1;
        int planes = _channelsLast ? 1 : _channels;
        for (int plane = 0; plane < planes; plane++)
        {
            for (int y = box.Top; y < box.Bottom; y++)
            {
                int start = ((((plane * Height) + y) * Width) + box.Left) * scale;
                int length = (box.Right - box.Left) * scale;
                from.Slice(start, length).CopyTo(to[start..]);
            }
        }
    }

    private static (int First, int End) DrawSide(ref SeededRandom random, int size, double share)
    {
        int length = (int)Math.Round(size * Math.Sqrt(share));
        int first = random.NextInt32(size) - (length / 2);
        return (Math.Max(0, first), Math.Min(size, first + length));
    }
}
