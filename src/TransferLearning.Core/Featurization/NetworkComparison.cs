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
    /// How far an output may be off, as a share of its Euclidean length: accelerators multiply with 10 bits, which moves the output of a
    /// deep network by a hundredth of it at most; a wrong kernel moves it by as much as it is long.
    /// </summary>
    public const double Tolerance = 0.1;

    private const int Images = 2;

    /// <summary>Compares a network.</summary>
    /// <param name="model">The network, as it was loaded.</param>
    /// <param name="session">The session that it was loaded into.</param>
    /// <param name="network">Its input and output.</param>
    /// <param name="options">What the session runs on, and how images become input.</param>
    /// <exception cref="DeviceException">The outputs differ, or the network cannot be computed there.</exception>
    /// <exception cref="OnnxGraphException">It cannot be computed on the processor either.</exception>
    public static void Require(OnnxModel model, OnnxSession session, ImageNetwork network, in ImageSessionOptions options)
    {
        int count = network.BatchOfOne ? 1 : Images;
        using var input = Noise(count, network, options.Preprocessing);
        var onProcessor = options.Execution.OnProcessor();
        float[] expected;
        using (var processor = OnnxSession.Create(model, onProcessor, SessionMode.Latency, options.Name))
            expected = Run(processor, network, input, count);
        float[] actual;
        try
        {
            actual = Run(session, network, input, count);
        }
        catch (OnnxGraphException error)
        {
            throw DeviceException.Of(
                options.Execution, $"It cannot compute '{options.Name}': {error.Message} Use the processor, or another network.", error);
        }

        double length = TensorPrimitives.Norm<float>(expected);
        bool isComparable = double.IsFinite(length) && expected.Length == actual.Length;
        if (isComparable && !(TensorPrimitives.Distance<float>(expected, actual) <= Tolerance * length))
        {
            throw DeviceException.Of(options.Execution, string.Create(
                CultureInfo.InvariantCulture,
                $"It computes another output of '{options.Name}' than the processor: they differ by " +
                $"{TensorPrimitives.Distance<float>(expected, actual):G3}, where the processor's has the length {length:G3} and " +
                $"{100 * Tolerance:F0}% are allowed. Use another version of its package or driver, or the processor."));
        }
    }

    private static float[] Run(OnnxSession session, ImageNetwork network, BatchInput input, int count)
    {
        using var tensor = input.ToTensor([count, .. network.InputShape.AsSpan(1)]);
        using var lease = session.Enter();
        using var output = lease.Run(network.Input, tensor, network.Output, CancellationToken.None);
        return output[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>Images of noise, each another.</summary>
    private static BatchInput Noise(int count, ImageNetwork network, ImagePreprocessing preprocessing)
    {
        var preprocessor = new ImagePreprocessor(preprocessing);
        var input = BatchInput.Rent(count, preprocessor.TensorLength, network.TakesPixels);
        var random = new SeededRandom(0, RandomPurpose.Probe);
        for (int i = 0; i < count; i++)
        {
            var image = new PixelImage(preprocessing.Width, preprocessing.Height);
            foreach (ref byte level in image.Pixels)
                level = (byte)random.NextInt32(256);
            using var content = new ImageSource.Content(image);
            input.Load(i, content, preprocessor, "noise");
        }

        return input;
    }
}
