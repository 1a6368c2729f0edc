using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Takes batch normalization into the convolution before it. With fixed statistics it is one factor and one summand for each channel, which
/// the kernels and the bias can hold as well; between a convolution of integers and its rounding it would be in the way.
/// </summary>
internal static class NormalizationFolding
{
    /// <summary>A copy of the model in which no normalization follows a convolution that it can be folded into.</summary>
    public static OnnxModel Apply(OnnxModel model)
    {
        var index = model.Index;
        var copy = model.Copy();
        var graph = new GraphBuilder(copy.Graph, "folded/");
        var outputs = copy.Graph.Output.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var folded = new List<int>();
        foreach (int i in index.DynamicNodes)
        {
            var normalization = index.Graph.Node[i];
            if (ConvolutionBefore(index, normalization, outputs) is not { } position)
                continue;
            Fold(index, graph, copy.Graph.Node[position], normalization);
            folded.Add(i);
        }

        foreach (int i in Enumerable.Reverse(folded))
            copy.Graph.Node.RemoveAt(i);
        GraphPruning.DropDead(copy.Graph);
        return new OnnxModel(copy);
    }

    private static int? ConvolutionBefore(GraphIndex index, NodeProto node, HashSet<string> outputs)
    {
        if (!node.Is("BatchNormalization") || node.Int("training_mode", 0) != 0 || node.Output.Skip(1).Any(output => output.Length > 0)
            || node.Input.Skip(1).Any(input => !index.IsFloatConstant(input)))
        {
            return null;
        }

        string input = node.Input[0];
        int position = index.Producer(input);
        bool folds = position >= 0 && index.Graph.Node[position].Is("Conv") && index.Consumers(input).Count == 1 && !outputs.Contains(input)
            && index.Graph.Node[position].Input.Skip(1).All(weight => weight.Length == 0 || index.IsFloatConstant(weight));
        return folds ? position : null;
    }

    private static void Fold(GraphIndex index, GraphBuilder graph, NodeProto convolution, NodeProto normalization)
    {
        float[] Read(NodeProto node, int position) => index.Constants[node.Input[position]].ReadFloats();

        var kernels = index.Constants[convolution.Input[1]];
        float[] weights = kernels.ReadFloats();
        float[] scale = Read(normalization, 1), shift = Read(normalization, 2), mean = Read(normalization, 3), variance =
            Read(normalization, 4);
        float epsilon = normalization.Float("epsilon", 1e-5f);
        float[] bias = convolution.InputOrEmpty(2).Length > 0 ? Read(convolution, 2) : new float[scale.Length];
        int length = weights.Length / scale.Length;
        for (int channel = 0; channel < scale.Length; channel++)
        {
            double factor = scale[channel] / Math.Sqrt((double)variance[channel] + epsilon);
            foreach (ref float weight in weights.AsSpan(channel * length, length))
                weight = (float)(weight * factor);
            bias[channel] = (float)(((double)bias[channel] - mean[channel]) * factor + shift[channel]);
        }

        string output = normalization.Output[0];
        string[] inputs =
        [
            convolution.Input[0],
            graph.Initializer(graph.Unique(output + "/kernels"), weights, [.. kernels.Dimensions]),
            graph.Initializer(graph.Unique(output + "/bias"), bias, [bias.Length]),
        ];
        convolution.Input.Clear();
        convolution.Input.AddRange(inputs);
        convolution.Output[0] = output;
    }
}
