using System.Buffers;

namespace TransferLearning;

/// <summary>
/// An image as three planes (red, green, blue) of fractional levels from 0 to 255, on which augmentation works independently of the tensor
/// layout. Its buffers are rented; <see cref="Dispose"/>, called once, returns them.
/// </summary>
internal sealed class LevelPlanes : IDisposable
{
    public const float White = 255;

    private float[] _values;
    private float[] _spare;

    /// <summary>Reads a tensor.</summary>
    /// <param name="tensor">The tensor of one image.</param>
    /// <param name="target">Layout, channel order and normalisation.</param>
    public LevelPlanes(ReadOnlySpan<float> tensor, ImagePreprocessing target)
    {
        (Width, Height) = (target.Width, target.Height);
        _values = ArrayPool<float>.Shared.Rent(3 * Area);
        _spare = ArrayPool<float>.Shared.Rent(3 * Area);
        for (int channel = 0; channel < 3; channel++)
        {
            var (start, step, mean, deviation) = Place(target, channel);
            var plane = Plane(channel);
            for (int i = 0; i < plane.Length; i++)
                plane[i] = (tensor[start + (i * step)] * deviation) + mean;
        }
    }

    /// <summary>The number of columns.</summary>
    public int Width { get; }

    /// <summary>The number of rows.</summary>
    public int Height { get; }

    private int Area => Width * Height;

    /// <summary>The levels of red (0), green (1) or blue (2), row by row.</summary>
    public Span<float> Plane(int channel) => _values.AsSpan(channel * Area, Area);

    /// <summary>A second buffer for a plane, with undefined content.</summary>
    public Span<float> Spare(int channel) => _spare.AsSpan(channel * Area, Area);

    /// <summary>Makes the planes of <see cref="Spare"/>, which have all been written, the image.</summary>
    public void SwapBuffers() => (_values, _spare) = (_spare, _values);

    /// <summary>Writes the planes to a tensor.</summary>
    public void WriteTo(Span<float> tensor, ImagePreprocessing target)
    {
        for (int channel = 0; channel < 3; channel++)
        {
            var (start, step, mean, deviation) = Place(target, channel);
            var plane = Plane(channel);
            for (int i = 0; i < plane.Length; i++)
                tensor[start + (i * step)] = (plane[i] - mean) / deviation;
        }
    }

    /// <summary>Copies the image, with rounded levels, into a larger one.</summary>
    /// <param name="sheet">The larger image.</param>
    /// <param name="left">The column of its left edge.</param>
    /// <param name="top">The row of its upper edge.</param>
    public void CopyTo(PixelImage sheet, int left, int top)
    {
        for (int channel = 0; channel < 3; channel++)
        {
            var plane = Plane(channel);
            for (int i = 0; i < plane.Length; i++)
            {
                int place = ((top + (i / Width)) * sheet.Width) + left + (i % Width);
                sheet.Pixels[(3 * place) + channel] = (byte)Math.Clamp((int)MathF.Round(plane[i]), 0, (int)White);
            }
        }
    }

    /// <summary>Warps the image with bilinear interpolation.</summary>
    /// <param name="map">From the new to the old position, in pixels from the centre.</param>
    /// <param name="fill">How pixels outside of the image are filled.</param>
    /// <param name="background">The level of each channel outside, for <see cref="AugmentationFill.Mean"/>.</param>
    public void Warp(in AffineMap map, AugmentationFill fill, in (float Red, float Green, float Blue) background)
    {
        if (map == AffineMap.Identity)
            return;
        double centreX = (Width - 1) / 2.0, centreY = (Height - 1) / 2.0;
        ReadOnlySpan<float> outside = [background.Red, background.Green, background.Blue];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                double dx = x - centreX, dy = y - centreY;
                double fromX = (map.XX * dx) + (map.XY * dy) + map.X + centreX;
                double fromY = (map.YX * dx) + (map.YY * dy) + map.Y + centreY;
                int left = (int)Math.Floor(fromX), top = (int)Math.Floor(fromY);
                float shareX = (float)(fromX - left), shareY = (float)(fromY - top);
                int column = Inside(left, Width, fill), nextColumn = Inside(left + 1, Width, fill);
                int row = Inside(top, Height, fill), nextRow = Inside(top + 1, Height, fill);
                for (int channel = 0; channel < 3; channel++)
                {
                    var plane = Plane(channel);
                    float beyond = outside[channel];
                    float upper = float.Lerp(Level(plane, column, row, beyond), Level(plane, nextColumn, row, beyond), shareX);
                    float lower = float.Lerp(Level(plane, column, nextRow, beyond), Level(plane, nextColumn, nextRow, beyond), shareX);
                    _spare[(channel * Area) + (y * Width) + x] = float.Lerp(upper, lower, shareY);
                }
            }
        }

        SwapBuffers();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(_values);
        ArrayPool<float>.Shared.Return(_spare);
        (_values, _spare) = ([], []);
    }

    /// <summary>The position of a colour in a tensor, and its normalization.</summary>
    private static (int Start, int Step, float Mean, float Deviation) Place(ImagePreprocessing target, int colour)
    {
        int channel = target.ChannelOrder == ChannelOrder.Rgb ? colour : 2 - colour;
        bool planar = target.Layout == TensorLayout.Nchw;
        int start = planar ? channel * target.Width * target.Height : channel;
        return (start, planar ? 1 : 3, target.Mean[channel], target.StandardDeviation[channel]);
    }

    private float Level(ReadOnlySpan<float> plane, int column, int row, float outside) =>
        column < 0 || row < 0 ? outside : plane[(row * Width) + column];

    /// <summary>The column or row that is used at a position; −1 for none.</summary>
    private static int Inside(int place, int size, AugmentationFill fill)
    {
        if ((uint)place < (uint)size)
            return place;
        return fill switch
        {
            AugmentationFill.Reflect => Math.Min(Modulo(place, 2 * size), (2 * size) - 1 - Modulo(place, 2 * size)),
            AugmentationFill.Wrap => Modulo(place, size),
            AugmentationFill.Mean => -1,
            _ => Math.Clamp(place, 0, size - 1),
        };
    }

    private static int Modulo(int value, int size) => ((value % size) + size) % size;
}
