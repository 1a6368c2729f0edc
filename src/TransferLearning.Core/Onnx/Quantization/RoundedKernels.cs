namespace TransferLearning.Onnx;

/// <summary>The kernels of a convolution as integers: <c>number = integer · scale of the kernel</c>, symmetric about 0.</summary>
/// <param name="Integers">The integers, in the order of the numbers.</param>
/// <param name="Scales">The scale of each kernel, that is of each output channel, above 0.</param>
internal sealed record RoundedKernels(sbyte[] Integers, float[] Scales)
{
    /// <summary>
    /// The greatest integer of kernels over several channels. Processors without instructions for dot products of bytes (x64 before VNNI)
    /// add two products of a byte and an integer in 16 bits, and cut off what does not fit: 2 · 255 · 64 just does. So the same file gives
    /// the same answers everywhere.
    /// </summary>
    private const int Largest = 63;

    /// <summary>The greatest integer of kernels of one channel each, which are computed with wider numbers on every processor.</summary>
    private const int LargestDepthwise = sbyte.MaxValue;

    /// <summary>
    /// The scale at which the greatest number just fits need not be the best: with a smaller one a few numbers are cut off and all others
    /// are rounded more finely. Scales are tried from the whole down to less than two thirds.
    /// </summary>
    private const int Trials = 20;
    private const double TrialStep = 0.02;

    /// <summary>Rounds kernels, each with the scale that leaves the least squared error.</summary>
    /// <param name="weights">The kernels, one after the other.</param>
    /// <param name="leastScales">The scale of each kernel must not be less than this.</param>
    /// <param name="isDepthwise">Whether each kernel reads one channel only.</param>
    /// <param name="options">Threads and cancellation.</param>
    public static RoundedKernels Round(float[] weights, double[] leastScales, bool isDepthwise, ParallelOptions options)
    {
        int largest = isDepthwise ? LargestDepthwise : Largest;
        int length = weights.Length / leastScales.Length;
        sbyte[] integers = new sbyte[weights.Length];
        float[] scales = new float[leastScales.Length];
        Parallel.For(0, scales.Length, options, kernel =>
        {
            var numbers = weights.AsSpan(kernel * length, length);
            scales[kernel] = BestScale(numbers, leastScales[kernel], largest);
            for (int i = 0; i < length; i++)
                integers[kernel * length + i] = (sbyte)Nearest(numbers[i], 1 / scales[kernel], largest);
        });
        return new RoundedKernels(integers, scales);
    }

    private static float BestScale(ReadOnlySpan<float> numbers, double least, int largest)
    {
        float greatest = 0;
        foreach (float number in numbers)
            greatest = Math.Max(greatest, Math.Abs(number));
        float whole = greatest > 0 ? greatest / largest : 1;
        float best = (float)Math.Max(whole, least);
        double smallest = SquaredError(numbers, best, largest);
        for (int trial = 1; trial < Trials; trial++)
        {
            float scale = (float)(whole * (1 - (trial * TrialStep)));
            if (scale < least || scale <= 0)
                break;
            double error = SquaredError(numbers, scale, largest);
            if (error < smallest)
                (smallest, best) = (error, scale);
        }

        return best;
    }

    private static double SquaredError(ReadOnlySpan<float> numbers, float scale, int largest)
    {
        double sum = 0;
        float inverse = 1 / scale;
        foreach (float number in numbers)
        {
            float error = Nearest(number, inverse, largest) * scale - number;
            sum += error * error;
        }

        return sum;
    }

    private static float Nearest(float number, float inverseScale, int largest) =>
        Math.Clamp(MathF.Round(number * inverseScale), -largest, largest);
}
