using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Gradients;

/// <summary>The part of a real network between two tensors, with random weights, set up for a gradient check.</summary>
internal static class TrainablePartExample
{
    /// <summary>Adds the nodes from <paramref name="cut"/> to <paramref name="output"/>; each weight becomes a checked input.</summary>
    public static void Load(GradientCheck check, string path, string cut, long[] cutShape, string output, bool keepsWeights = false)
    {
        var model = OnnxModel.Load(path).Proto;
        var graph = model.Graph;
        var producers = graph.Node.SelectMany(node => node.Output.Select(name => (name, node)))
            .ToDictionary(pair => pair.name, pair => pair.node);
        var initializers = graph.Initializer.ToDictionary(tensor => tensor.Name);
        var statistics = graph.Node.Where(node => node.OpType == "BatchNormalization").SelectMany(node => node.Input.Skip(3)).ToHashSet();
        var variances = graph.Node.Where(node => node.OpType == "BatchNormalization").Select(node => node.Input[4]).ToHashSet();
        var parameters = new Dictionary<string, long[]>();
        var shapes = new Dictionary<string, long[]>();
        var nodes = new List<NodeProto>();
        var visited = new HashSet<string> { cut, "" };
        check.Frozen(cut, cutShape, 0, 2);
        Visit(output);

        foreach (var (name, shape) in parameters)
        {
            double fan = shape.Length > 1 ? ReferenceTensor.Count(shape.AsSpan(1)) : 1, bound = Math.Sqrt(6 / fan);
            if (keepsWeights && !statistics.Contains(name))
                check.Input(name, ReferenceTensor.Of(initializers[name]));
            else if (variances.Contains(name))
                check.Frozen(name, shape, 0.5, 2);
            else if (statistics.Contains(name))
                check.Frozen(name, shape, -0.5, 0.5);
            else if (shape.Length > 1)
                check.Input(name, shape, -bound, bound);
            else
                check.Input(name, shape, 0.25, 1);
            shapes[name] = shape;
        }

        // Softmax is the only upgraded operator that needs shapes, and trainable parts end before it.
        int opset = (int)model.OpsetImport.Single(import => import.Domain is "" or "ai.onnx").Version;
        check.Append(builder => OpsetUpgrade.Apply(builder, nodes, opset, shapes));

        void Visit(string tensor)
        {
            if (!visited.Add(tensor))
                return;
            if (initializers.TryGetValue(tensor, out var initializer))
            {
                if (initializer.DataType == (int)TensorProto.Types.DataType.Float && initializer.Dims.Count > 0)
                    parameters.Add(tensor, [.. initializer.Dims]);
                else
                    check.Initializer(initializer);
                return;
            }

            var node = producers[tensor];
            if (node.OpType == "ConstantOfShape")
            {
                parameters.Add(tensor, ReferenceTensor.Of(initializers[node.Input[0]]).ToInt64());
                return;
            }

            foreach (string input in node.Input)
                Visit(input);
            visited.UnionWith(node.Output);
            nodes.Add(node);
        }
    }
}
