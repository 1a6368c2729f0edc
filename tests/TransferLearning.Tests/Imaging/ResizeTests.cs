using System.Security.Cryptography;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Imaging;

/// <summary>Resize and crop give Pillow's numbers, not only similar ones.</summary>
public sealed class ResizeTests
{
    public static TheoryData<string> Resized => [.. Golden.Resized];

    public static TheoryData<string> Images => [.. Golden.RealImages.Select(golden => golden.Image).Distinct()];

    [Theory]
    [MemberData(nameof(Resized))]
    public void An_image_is_resized_as_Pillow_resizes_it(string name)
    {
        string description = name[(name.IndexOf(',', StringComparison.Ordinal) + 1)..^".rgb.z".Length];
        using var decoded = ImageDecoder.Decode(Golden.Encoded("scene.png"), "scene.png", ImageDecodeOptions.Default);
        Assert.Equal(Golden.ReadResized(name), Resize(decoded, Golden.Preprocessing(description)));
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void A_real_image_is_decoded_and_resized_as_Pillow_does_it(string image)
    {
        string path = TestData.Require("datasets/" + image);
        using var decoded = ImageDecoder.Decode(File.ReadAllBytes(path), image, ImageDecodeOptions.Default);
        foreach (var (_, description, expected) in Golden.RealImages.Where(golden => golden.Image == image))
        {
            byte[] pixels = description == "decode" ? decoded.Pixels.ToArray() : Resize(decoded, Golden.Preprocessing(description));
            Assert.Equal($"{description} {expected}", $"{description} {Convert.ToHexStringLower(SHA256.HashData(pixels))}");
        }
    }

    [Fact]
    public void Both_passes_give_the_sums_of_plain_loops()
    {
        var random = new Random(5);
        for (int trial = 0; trial < 300; trial++)
        {
            using var decoded = Noise(random.Next(1, 70), random.Next(1, 70), trial);
            var target = new ImagePreprocessing
            {
                Width = random.Next(1, 50),
                Height = random.Next(1, 50),
                Interpolation = (ImageInterpolation)random.Next(2),
                Resize = (ImageResizeMode)random.Next(3),
                Layout = TensorLayout.Nhwc,
            };
            Assert.True(
                Resize(decoded, target).AsSpan()
                    .SequenceEqual(PlainResize(decoded, target)), $"{decoded.Width} × {decoded.Height} differs for {target}");
        }
    }

    [Theory]
    [InlineData(ImageInterpolation.Bilinear)]
    [InlineData(ImageInterpolation.Bicubic)]
    public void A_uniform_colour_is_unchanged_at_every_size(ImageInterpolation interpolation)
    {
        using var decoded = new PixelImage(37, 53);
        decoded.Pixels.Fill(201);
        for (int size = 1; size < 120; size += 7)
        {
            var target =
                new ImagePreprocessing { Width = size, Height = size, Resize = ImageResizeMode.Squash, Interpolation = interpolation };
            Assert.All(Resize(decoded, target), value => Assert.Equal(201, value));
        }
    }

    [Fact]
    public void Only_the_window_of_an_extreme_strip_is_computed()
    {
        using var decoded = Noise(3, 60_000, seed: 1);
        var target = new ImagePreprocessing { Width = 224, Height = 224, ResizeTo = 256 };
        float[] tensor = new float[target.TensorLength];
        long before = GC.GetAllocatedBytesForCurrentThread();
        new ImagePreprocessor(target).Write(decoded, tensor);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.NotEqual(tensor.Min(), tensor.Max());
    }

    [Theory]
    [InlineData(500, 375, 256, 341, 256)]
    [InlineData(375, 500, 256, 256, 341)]
    [InlineData(500, 333, 256, 384, 256)]
    [InlineData(224, 224, 256, 256, 256)]
    public void The_longer_side_is_rounded_down_as_torchvision_does(int width, int height, int side, int resizedWidth, int resizedHeight)
    {
        var geometry = ResizeGeometry.For(width, height, new ImagePreprocessing { Width = 224, Height = 224, ResizeTo = side });
        Assert.Equal((resizedWidth, resizedHeight), (geometry.ResizedWidth, geometry.ResizedHeight));
        Assert.Equal((int)Math.Round((resizedWidth - 224) / 2.0, MidpointRounding.ToEven), geometry.CropLeft);
    }

    /// <summary>The whole tensor, which holds whole numbers where nothing is subtracted and nothing divided.</summary>
    private static byte[] Resize(PixelImage decoded, ImagePreprocessing target)
    {
        float[] tensor = new float[target.TensorLength];
        new ImagePreprocessor(target).Write(decoded, tensor);
        return Array.ConvertAll(tensor, value => checked((byte)value));
    }

    private static PixelImage Noise(int width, int height, int seed)
    {
        var decoded = new PixelImage(width, height);
        new Random(seed).NextBytes(decoded.Pixels);
        return decoded;
    }

    /// <summary>The definition: resize everything in whole numbers, columns first, then cut the window out.</summary>
    private static byte[] PlainResize(PixelImage decoded, ImagePreprocessing target)
    {
        var geometry = ResizeGeometry.For(decoded.Width, decoded.Height, target);
        var columns = ResampleTable.Create(new ResampleAxis(
            decoded.Width, 0, decoded.Width, geometry.ResizedWidth, 0, geometry.ResizedWidth, target.Interpolation));
        var rows = ResampleTable.Create(new ResampleAxis(
            decoded.Height, 0, decoded.Height, geometry.ResizedHeight, 0, geometry.ResizedHeight, target.Interpolation));
        byte[] result = new byte[target.TensorLength];
        for (int y = 0; y < geometry.Height; y++)
        {
            for (int x = 0; x < 3 * geometry.Width; x++)
            {
                int row = y + geometry.CropTop;
                int column = x / 3 + geometry.CropLeft;
                long sum = 0;
                for (int k = 0; k < rows.Weights(row).Length; k++)
                {
                    long inner = 0;
                    for (int j = 0; j < columns.Weights(column).Length; j++)
                    {
                        int place = ((rows.Starts[row] + k) * decoded.Width + columns.Starts[column] + j) * 3 + x % 3;
                        inner += decoded.Pixels[place] * columns.Weights(column)[j];
                    }

                    sum += Round(inner) * rows.Weights(row)[k];
                }

                result[((geometry.TargetTop + y) * target.Width + geometry.TargetLeft) * 3 + x] = (byte)Round(sum);
            }
        }

        return result;

        static long Round(long sum) => Math.Clamp((long)Math.Floor(sum / (double)(1 << ResampleTable.FractionBits) + 0.5), 0, 255);
    }
}
