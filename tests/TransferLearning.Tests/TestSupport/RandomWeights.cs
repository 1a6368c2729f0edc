using System.Runtime.InteropServices;
using TransferLearning.Onnx;

namespace TransferLearning.Tests.TestSupport;

/// <summary>Random numbers of a sensible size for the weights of a network, so that its outputs depend on its inputs.</summary>
internal static class RandomWeights
{
    /// <summary>Replaces the weights of up to <paramref name="largest"/> numbers; larger ones keep theirs, which spares memory.</summary>
    public static OnnxModel Fill(OnnxModel model, int seed, long largest = long.MaxValue)
    {
        var random = new Random(seed);
        var graph = model.Proto.Graph;
        var values = new Dictionary<string, ReadOnlyMemory<float>>();
        foreach (int i in model.Index.DynamicNodes)
        {
            var node = graph.Node[i];
            for (int position = 0; position < node.Input.Count; position++)
            {
                bool isPositive = node.OpType == "Mul" || (node.OpType == "BatchNormalization" && position is 1 or 4);
                foreach (var weight in model.Index.IsDynamic(node.Input[position]) ? [] : model.Index.RootsOf(node.Input[position]))
                {
                    if (weight.Count > 1 && weight.Count <= largest && weight.ElementType == OnnxElementType.Float)
                        values.TryAdd(weight.Name, Numbers(random, weight, isPositive));
                }
            }
        }

        return model.WithInitializers(values);
    }

    private static float[] Numbers(Random random, ConstantTensor weight, bool isPositive)
    {
        double inputs = weight.Dimensions.Skip(1).Aggregate(1.0, (product, size) => product * size);
        float scale = weight.Dimensions.Count > 1 ? (float)Math.Sqrt(6 / inputs) : 0.1f;
        float[] numbers = new float[weight.Count];
        random.NextBytes(MemoryMarshal.AsBytes(numbers.AsSpan()));
        foreach (ref float number in numbers.AsSpan())
        {
            // The random bits as a fraction: many times faster than a call for each number.
            float fraction = (BitConverter.SingleToUInt32Bits(number) >> 8) / (float)(1 << 24);
            number = isPositive ? 0.5f + fraction : ((2 * fraction) - 1) * scale;
        }

        return numbers;
    }
}
