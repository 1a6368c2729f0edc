using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>The weights of a convolution as integers.</summary>
/// <param name="Kernels">The kernels.</param>
/// <param name="Bias">The bias in units of the scale of the input times that of the kernel.</param>
internal sealed record QuantizedConvolution(RoundedKernels Kernels, int[] Bias)
{
    /// <summary>Leaves room for the products, which are added to the bias in 32 bits.</summary>
    private const double LargestBias = 1 << 30;

    /// <summary>Rounds the weights, and moves the bias by what rounding does to the mean of each output channel.</summary>
    /// <remarks>
    /// The errors of the kernels do not cancel where the channels that they read have means other than 0, and shift whole channels. The
    /// shift is known: errors times means (M. Nagel et al., Data-free quantization through weight equalization and bias correction, 2019).
    /// The margin, where kernels read padding, is taken to be like the rest.
    /// </remarks>
    /// <param name="index">The graph.</param>
    /// <param name="node">The convolution.</param>
    /// <param name="input">How its input is rounded.</param>
    /// <param name="means">The mean of each channel of its input.</param>
    /// <param name="options">Threads and cancellation.</param>
    public static QuantizedConvolution Of(GraphIndex index, NodeProto node, ByteRange input, double[] means, ParallelOptions options)
    {
        var kernels = index.Constants[node.Input[1]];
        float[] weights = kernels.ReadFloats();
        int outputs = (int)kernels.Dimensions[0], channels = (int)kernels.Dimensions[1], area = weights.Length / outputs / channels;
        int groups = (int)node.Int("group", 1);
        float[] bias = node.InputOrEmpty(2).Length > 0 ? index.Constants[node.Input[2]].ReadFloats() : new float[outputs];
        double[] least = [.. bias.Select(value => Math.Abs((double)value) / (input.Scale * LargestBias))];
        var rounded = RoundedKernels.Round(weights, least, isDepthwise: channels == 1 && groups == outputs && groups > 1, options);

        int[] integers = new int[outputs];
        for (int output = 0; output < outputs; output++)
        {
            int firstChannel = output / (outputs / groups) * channels;
            double shift = 0;
            for (int i = 0, at = output * channels * area; i < channels * area; i++, at++)
                shift += (weights[at] - ((double)rounded.Integers[at] * rounded.Scales[output])) * means[firstChannel + (i / area)];
            double units = (bias[output] + shift) / ((double)input.Scale * rounded.Scales[output]);
            integers[output] = (int)Math.Clamp(Math.Round(units), -LargestBias, LargestBias);
        }

        return new QuantizedConvolution(rounded, integers);
    }
}
