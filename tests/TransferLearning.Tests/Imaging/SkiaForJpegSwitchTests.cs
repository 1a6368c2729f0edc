using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Imaging;

/// <summary>The switch decides for the whole process which decoder reads a JPEG, so no other test runs beside these.</summary>
[Collection(MeasuresTheProcess.Name)]
public sealed class SkiaForJpegSwitchTests
{
    private static readonly ImagePreprocessing Target = new() { Width = 24, Height = 24, Resize = ImageResizeMode.Squash };

    [Fact]
    public void The_switch_makes_Skia_decode_every_jpeg()
    {
        byte[] encoded = Golden.Encoded("subsampled.jpg");
        byte[] own = Decode(encoded);
        AppContext.SetSwitch(ImageDecoder.SkiaForJpegSwitch, true);
        try
        {
            byte[] skia = Decode(encoded);
            Assert.Equal(own.Length, skia.Length);
            Assert.NotEqual(own, skia);
            Assert.All(own.Zip(skia), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 3));
        }
        finally
        {
            AppContext.SetSwitch(ImageDecoder.SkiaForJpegSwitch, false);
        }

        Assert.Equal(own, Decode(encoded));
    }

    private static byte[] Decode(byte[] encoded)
    {
        using var image = ImageDecoder.Decode(encoded, "subsampled.jpg", ImageDecodeOptions.Default, Target);
        return image.Pixels.ToArray();
    }
}
