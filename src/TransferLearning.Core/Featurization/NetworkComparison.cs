using System.Globalization;
using System.Numerics.Tensors;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Compares what a network computes elsewhere than with the processor's own provider, once when it is loaded: two images of noise, there
/// and on the processor. A provider whose kernel is wrong gives features and predictions as silently as right ones.
/// </summary>
internal static class NetworkComparison
{
    /// <summary>
    /// How far an output may be off, as a share of its Euclidean length: accelerators multiply with 10 bits, which moves features by
    /// thousandths of it and the probabilities of a sharp classifier, whose error is that of its logits, by some hundredths; a wrong kernel
    /// moves it by about as much as it is long.
    /// </summary>
    public const double Tolerance = 0.2;

    /// <summary>Outputs that are all zero are compared as if they were so long.</summary>
    private const double ShortestLength = 1e-6;

    private const int Images = 2;

    /// <summary>
    /// Compares a network. What the processor's own provider cannot compute, or computes as infinite, is compared with nothing: a network
    /// of operators that only the other provider has is used as it is.
    /// </summary>
    /// <param name="model">The network, as it was loaded.</param>
    /// <param name="session">The session that it was loaded into.</param>
    /// <param name="network">Its input and output.</param>
    /// <param name="options">What the session runs on, and how images become input.</param>
    /// <exception cref="DeviceException">The outputs differ, or the network cannot be computed there alone.</exception>
    /// <exception cref="OnnxGraphException">The network can be computed nowhere.</exception>
    public static void Require(OnnxModel model, OnnxSession session, ImageNetwork network, in ImageSessionOptions options)
    {
        int count = network.BatchOfOne ? 1 : Images;
        using var input = Noise(count, network, options.Preprocessing);
        float[]? expected = OnProcessor(model, options, network, input, count);
        float[] actual;
        try
        {
            actual = Run(session, network, input, count);
        }
        catch (OnnxGraphException error) when (expected is not null)
        {
            throw DeviceException.Of(
                options.Execution, $"It cannot compute '{options.Name}': {error.Message} Use the processor, or another network.", error);
        }

        if (expected is null)
            return;
        double length = Math.Max(TensorPrimitives.Norm<float>(expected), ShortestLength);
        if (double.IsFinite(length) && !(TensorPrimitives.Distance<float>(expected, actual) <= Tolerance * length))
        {
            throw DeviceException.Of(options.Execution, string.Create(
                CultureInfo.InvariantCulture,
                $"It computes another output of '{options.Name}' than the processor: they differ by " +
                $"{TensorPrimitives.Distance<float>(expected, actual):G3}, where the processor's has the length {length:G3} and " +
                $"{100 * Tolerance:F0}% are allowed. Use another version of its package or driver, or the processor."));
        }
    }

    private static float[]? OnProcessor(
        OnnxModel model, in ImageSessionOptions options, ImageNetwork network, BatchInput input, int count)
    {
        try
        {
            using var session = OnnxSession.Create(model, options.Execution.OnProcessor(), SessionMode.Latency, options.Name);
            return Run(session, network, input, count);
        }
        catch (OnnxGraphException)
        {
            return null;
        }
    }

    private static float[] Run(OnnxSession session, ImageNetwork network, BatchInput input, int count)
    {
        using var tensor = input.ToTensor(count, network);
        using var lease = session.Enter();
        using var output = lease.Run(network.Input, tensor, network.Output, CancellationToken.None);
        return output[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>Images of noise: one of fine grain, and one that is coarse and dark, so that an exchange of both would be seen.</summary>
    private static BatchInput Noise(int count, ImageNetwork network, ImagePreprocessing preprocessing)
    {
        const int coarse = 16, dark = 96;
        var preprocessor = new ImagePreprocessor(preprocessing);
        var input = BatchInput.Rent(count, preprocessor.TensorLength, network.TakesPixels);
        for (int i = 0; i < count; i++)
        {
            using var content = new ImageSource.Content(
                i == 0 ? Noise(preprocessing, grain: 1, levels: 256) : Noise(preprocessing, coarse, dark));
            input.Load(i, content, preprocessor, "noise");
        }

        return input;
    }

    private static PixelImage Noise(ImagePreprocessing preprocessing, int grain, int levels)
    {
        var image = new PixelImage(preprocessing.Width, preprocessing.Height);
        var random = new SeededRandom(grain, RandomPurpose.Probe);
        var pixels = image.Pixels;
        int row = 3 * image.Width;
        for (int y = 0; y < image.Height; y++)
        {
            var line = pixels.Slice(y * row, row);
            if (y % grain > 0)
            {
                pixels.Slice((y - 1) * row, row).CopyTo(line);
                continue;
            }

            for (int x = 0; x < line.Length; x++)
                line[x] = x / 3 % grain > 0 ? line[x - 3] : (byte)random.NextInt32(levels);
        }

        return image;
    }
}
