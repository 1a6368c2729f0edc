using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// Random weights for training from scratch: normal with variance 2 / fan-in, which keeps the scale of activations through layers of
/// rectifiers (He et al., 2015). Biases and running means become 0, the scales and running variances of normalisation 1.
/// </summary>
internal static class HeInitializer
{
    /// <summary>A network of the same form with random weights.</summary>
    /// <param name="model">The network.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    public static OnnxModel Randomize(OnnxModel model, int seed)
    {
        var values = new Dictionary<string, ReadOnlyMemory<float>>(StringComparer.Ordinal);
        foreach (int node in model.Index.DynamicNodes)
            AddWeightsOf(model.Index, model.Proto.Graph.Node[node], seed, values);
        return model.WithInitializers(values);
    }

    private static void AddWeightsOf(GraphIndex index, NodeProto node, int seed, Dictionary<string, ReadOnlyMemory<float>> values)
    {
        for (int i = 0; i < node.Input.Count; i++)
        {
            var (trained, statistics) = NodeWeights.Of(index, node);
            foreach (var weight in index.RootsOf(node.Input[i]))
            {
                if (values.ContainsKey(weight.Name) || !trained.Concat(statistics).Any(known => known.Name == weight.Name))
                    continue;
                float[] numbers = new float[weight.Count];
                if (node.Is("BatchNormalization"))
                    Array.Fill(numbers, i is 1 or 4 ? 1 : 0);
                else if (weight.Dimensions.Count > 1)
                    Fill(numbers, Math.Sqrt(2.0 / FanIn(node, weight)), new SeededRandom(seed, RandomPurpose.Weights, values.Count));
                values[weight.Name] = numbers;
            }
        }
    }

    private static void Fill(float[] numbers, double deviation, SeededRandom random)
    {
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = (float)(deviation * random.NextGaussian());
    }

    /// <summary>How many inputs an output of the layer sums up.</summary>
    private static long FanIn(NodeProto node, ConstantTensor weight)
    {
        bool outputsFirst = node.Is("Conv") || (node.Is("Gemm") && node.Int("transB", 0) == 1);
        return outputsFirst ? weight.Count / weight.Dimensions[0] : weight.Count / weight.Dimensions[^1];
    }
}
