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
                if (InitialValue(node, i) is { } value)
                    Array.Fill(numbers, value);
                else if (weight.Dimensions.Count > 1)
                    Fill(numbers, Deviation(node, weight), new SeededRandom(seed, RandomPurpose.Weights, values.Count));
                values[weight.Name] = numbers;
            }
        }
    }

    private static void Fill(float[] numbers, double deviation, SeededRandom random)
    {
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = (float)(deviation * random.NextGaussian());
    }

    /// <summary>What fills a weight that is not drawn: scales are 1, slopes of a PRelu 0.25, shifts of a normalization 0.</summary>
    private static float? InitialValue(NodeProto node, int position) => node.OpType switch
    {
        "BatchNormalization" => position is 1 or 4 ? 1 : 0,
        "Mul" or "Div" => 1,
        "PRelu" => 0.25f,
        _ when node.OpType.EndsWith("Normalization", StringComparison.Ordinal) => position == 1 ? 1 : 0,
        _ => null,
    };

    /// <summary>
    /// Layers keep the scale of activations; tokens and positions that are added or joined start small (Dosovitskiy et al., 2021).
    /// </summary>
    private static double Deviation(NodeProto node, ConstantTensor weight)
    {
        bool isLayer = node.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul" or "Einsum" or "Gather" || !node.IsStandard;
        return isLayer ? Math.Sqrt(2.0 / FanIn(node, weight)) : weight.Dimensions.Count(size => size > 1) > 1
            || node.Is("Concat") ? 0.02 : 0;
    }

    /// <summary>How many inputs an output of the layer sums up.</summary>
    private static long FanIn(NodeProto node, ConstantTensor weight)
    {
        bool outputsFirst = node.Is("Conv") || (node.Is("Gemm") && node.Int("transB", 0) == 1);
        return outputsFirst ? weight.Count / weight.Dimensions[0] : weight.Count / weight.Dimensions[^1];
    }
}
