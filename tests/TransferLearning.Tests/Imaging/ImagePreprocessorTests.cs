using System.Numerics;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Imaging;

public sealed class ImagePreprocessorTests
{
    private static readonly ImagePreprocessing Small = new()
    {
        Width = 19,
        Height = 13,
        Mean = new Vector3(10, 20, 30),
        StandardDeviation = new Vector3(2, -4, 8),
    };

    [Fact]
    public void Every_violation_is_listed_in_one_message()
    {
        var preprocessing =
            Small with { Width = 0, ResizeTo = 3, Layout = (TensorLayout)7, StandardDeviation = new Vector3(1, 0, float.NaN) };
        var error = Assert.Throws<ArgumentException>(() => new ImagePreprocessor(preprocessing));
        foreach (string part in new[] { "Width is 0", "ResizeTo is 3", "Layout is 7", "StandardDeviation[1]", "StandardDeviation[2]" })
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_limits_out_of_range_are_listed_together()
    {
        var options = new ImageDecodeOptions { MaxPixels = 0, MaxFileBytes = long.MaxValue };
        var error = Assert.Throws<ArgumentException>(() => new ImagePreprocessor(Small, options));
        Assert.Contains("MaxPixels is 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxFileBytes is 9223372036854775807", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_destination_of_another_length_is_refused(int difference)
    {
        var preprocessor = new ImagePreprocessor(Small);
        float[] destination = new float[preprocessor.TensorLength + difference];
        var error = Assert.Throws<ArgumentException>(() => preprocessor.Load(Golden.PathOf("scene.png"), destination));
        Assert.Contains($"needs {preprocessor.TensorLength}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ImageResizeMode.ShortestSide)]
    [InlineData(ImageResizeMode.Squash)]
    [InlineData(ImageResizeMode.Pad)]
    public void Layout_and_channel_order_only_reorder_the_numbers(ImageResizeMode mode)
    {
        var preprocessing = Small with { Resize = mode, Mean = Vector3.Zero, StandardDeviation = Vector3.One };
        float[] planar = Load(preprocessing);
        float[] interleaved = Load(preprocessing with { Layout = TensorLayout.Nhwc });
        float[] reversed = Load(preprocessing with { ChannelOrder = ChannelOrder.Bgr });
        float[] both = Load(preprocessing with { ChannelOrder = ChannelOrder.Bgr, Layout = TensorLayout.Nhwc });
        int plane = Small.Width * Small.Height;
        for (int i = 0; i < plane; i++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                float expected = planar[channel * plane + i];
                Assert.Equal(expected, interleaved[3 * i + channel]);
                Assert.Equal(expected, reversed[(2 - channel) * plane + i]);
                Assert.Equal(expected, both[3 * i + 2 - channel]);
            }
        }
    }

    [Theory]
    [InlineData(TensorLayout.Nchw)]
    [InlineData(TensorLayout.Nhwc)]
    public void Each_channel_is_normalised_with_its_own_numbers(TensorLayout layout)
    {
        float[] plain = Load(Small with { Layout = layout, Mean = Vector3.Zero, StandardDeviation = Vector3.One });
        float[] normalised = Load(Small with { Layout = layout });
        for (int i = 0; i < plain.Length; i++)
        {
            int channel = layout == TensorLayout.Nchw ? i / (Small.Width * Small.Height) : i % 3;
            Assert.Equal((plain[i] - Small.Mean[channel]) / Small.StandardDeviation[channel], normalised[i], 1e-5f);
        }
    }

    [Theory]
    [InlineData(TensorLayout.Nchw)]
    [InlineData(TensorLayout.Nhwc)]
    public void Padding_is_zero_whatever_was_in_the_destination(TensorLayout layout)
    {
        var preprocessor = new ImagePreprocessor(Small with { Width = 20, Height = 40, Resize = ImageResizeMode.Pad, Layout = layout });
        float[] tensor = new float[preprocessor.TensorLength];
        Array.Fill(tensor, float.NaN);
        preprocessor.Load(Golden.Encoded("scene.png"), tensor);

        // 40 × 28 fits as 20 × 14, from row 13 to row 26.
        for (int i = 0; i < tensor.Length; i++)
        {
            int row = layout == TensorLayout.Nchw ? i % (20 * 40) / 20 : i / 3 / 20;
            if (row is < 13 or > 26)
                Assert.Equal(0, tensor[i]);
            else
                Assert.True(float.IsFinite(tensor[i]));
        }
    }

    [Fact]
    public void Many_threads_share_one_preprocessor()
    {
        var preprocessor = new ImagePreprocessor(ImagePreprocessing.ImageNet(64));
        string[] images = [.. Golden.Images];
        float[][] expected = [.. images.Select(Load)];
        Parallel.For(0, 40 * images.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            Assert.Equal(expected[i % images.Length], Load(images[i % images.Length])));

        float[] Load(string image)
        {
            float[] tensor = new float[preprocessor.TensorLength];
            preprocessor.Load(Golden.PathOf(image), tensor);
            return tensor;
        }
    }

    [Fact]
    public void An_image_of_a_known_size_allocates_almost_nothing()
    {
        string path = Directory.GetFiles(TestData.Require("datasets/photos_12mp"))[0];
        var preprocessor = new ImagePreprocessor(ImagePreprocessing.ImageNet());
        float[] tensor = new float[preprocessor.TensorLength];
        long smallest = long.MaxValue;

        // A collection that other tests cause takes the pools' buffers away: then the next image has to make its own.
        for (int i = 0; i < 20 && smallest > 4096; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            preprocessor.Load(path, tensor);
            smallest = Math.Min(smallest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(smallest, 0, 4096);
    }

    private static float[] Load(ImagePreprocessing preprocessing)
    {
        var preprocessor = new ImagePreprocessor(preprocessing);
        float[] tensor = new float[preprocessor.TensorLength];
        preprocessor.Load(Golden.PathOf("scene.png"), tensor);
        return tensor;
    }
}
