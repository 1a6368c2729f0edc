using SkiaSharp;

namespace TransferLearning;

/// <summary>Crops decoded pixels.</summary>
internal static class PixelCrop
{
    /// <summary>Moves the pixels of a region to the start of the buffer, row by row without gaps.</summary>
    /// <param name="pixels">The image; bytes behind the crop are undefined afterwards.</param>
    /// <param name="size">The size of the image.</param>
    /// <param name="region">The region, within the image.</param>
    /// <returns>The size of the crop, and the region relative to it.</returns>
    public static (SKSizeI Size, PixelRegion Region) Take(Span<uint> pixels, SKSizeI size, in PixelRegion region)
    {
        var (left, top, right, bottom) = region.Touched(size.Width, size.Height);
        var taken = new SKSizeI(right - left, bottom - top);
        if (taken == size)
            return (size, region);
        for (int y = 0; y < taken.Height; y++)
            pixels.Slice((top + y) * size.Width + left, taken.Width).CopyTo(pixels[(y * taken.Width)..]);
        return (taken, new PixelRegion(region.Left - left, region.Top - top, region.Right - left, region.Bottom - top));
    }
}
