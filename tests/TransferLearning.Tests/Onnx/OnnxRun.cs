using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;

namespace TransferLearning.Tests.Onnx;

/// <summary>Runs a network once in ONNX Runtime.</summary>
internal static class OnnxRun
{
    /// <summary>The first output as numbers, with its shape.</summary>
    public static (float[] Values, long[] Shape) Run(OnnxModel model, float[] input, params long[] shape) =>
        RunEach(model, [input], shape)[0];

    /// <summary>The same for several inputs, one after the other.</summary>
    public static (float[] Values, long[] Shape)[] RunEach(OnnxModel model, IEnumerable<float[]> inputs, params long[] shape)
    {
        // Unoptimised: a session for one or two runs is not worth rearranging weights for.
        using var options = new SessionOptions
        {
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            EnableCpuMemArena = false,
        };
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        using var session = new InferenceSession(model.ToBytes(), options);
        using var run = new RunOptions();
        return [.. inputs.Select(input =>
        {
            using var value = OrtValue.CreateTensorValueFromMemory(input, shape);
            using var results = session.Run(run, [session.InputNames[0]], [value], [session.OutputNames[0]]);
            return (results[0].GetTensorDataAsSpan<float>().ToArray(), results[0].GetTensorTypeAndShape().Shape);
        })];
    }

    /// <summary>Images of noise between −1 and 1.</summary>
    public static float[] Noise(int seed, long count)
    {
        var random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < values.Length; i++)
            values[i] = (2 * random.NextSingle()) - 1;
        return values;
    }

    /// <summary>
    /// Asserts that numbers agree within a part of the greatest of them: sums of floats in another order differ by rounding.
    /// </summary>
    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = 0, difference = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(float.IsFinite(actual[i]), $"number {i} is {actual[i]}");
            scale = Math.Max(scale, Math.Abs(expected[i]));
            difference = Math.Max(difference, Math.Abs(expected[i] - (double)actual[i]));
        }

        Assert.True(difference <= tolerance * scale, $"differs by {difference} of {scale}");
    }
}
