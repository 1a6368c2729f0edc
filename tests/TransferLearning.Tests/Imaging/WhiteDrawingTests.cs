using SkiaSharp;

namespace TransferLearning.Tests.Imaging;

/// <summary>Transparent drawings get the ground on which they can be seen.</summary>
public sealed class WhiteDrawingTests
{
    [Theory]
    [InlineData(255, 255, 255, 0)]
    [InlineData(255, 255, 255, 0, SKEncodedImageFormat.Webp)]
    [InlineData(0, 0, 0, 255, SKEncodedImageFormat.Webp)]
    [InlineData(240, 235, 230, 0)]
    [InlineData(0, 0, 0, 255)]
    [InlineData(200, 30, 30, 255)]
    public void The_ground_is_white_unless_all_that_is_visible_is_nearly_white(
        byte red, byte green, byte blue, byte ground, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        byte[] pixels = Decode(new SKColor(red, green, blue), dark: false, format: format);
        Assert.Equal([ground, ground, ground], pixels[..3]);
        Assert.Equal([red, green, blue], pixels[(3 * ((16 * 32) + 16))..][..3]);
    }

    [Fact]
    public void A_drawing_with_anything_dark_and_one_that_is_opaque_stay_as_they_were()
    {
        Assert.Equal([255, 255, 255], Decode(SKColors.White, dark: true)[..3]);
        Assert.Equal([255, 255, 255], Decode(SKColors.White, dark: false, cover: true)[..3]);
    }

    private static byte[] Decode(SKColor colour, bool dark, bool cover = false, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(32, 32, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Erase(cover ? SKColors.White : SKColors.Transparent);
        for (int y = 8; y < 24; y++)
        {
            for (int x = 8; x < 24; x++)
                bitmap.SetPixel(x, y, colour);
        }

        if (dark)
            bitmap.SetPixel(9, 9, SKColors.Black);
        using var data = bitmap.Encode(format, 100);
        using var image = ImageDecoder.Decode(data.ToArray(), "drawing", ImageDecodeOptions.Default);
        return image.Pixels.ToArray();
    }
}
