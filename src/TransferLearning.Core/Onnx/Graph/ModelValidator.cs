using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Checks a message against the rules of the format and the limits of ONNX Runtime before anything else touches it. A model that passes
/// has a graph whose nodes are in an order in which they can run, whose names are unique and known, and whose stored numbers are as many
/// as their dimensions say.
/// </summary>
internal static class ModelValidator
{
    /// <summary>Validates, and sorts the nodes where the file has them out of order.</summary>
    /// <exception cref="OnnxGraphException">Names what is wrong and where.</exception>
    public static void Validate(ModelProto proto)
    {
        if (proto.Graph is null)
            throw new OnnxGraphException("it has no graph, so it is not an ONNX model.");
        CheckVersions(proto);
        foreach (var (tensor, owner) in StoredTensors.Of(proto.Graph))
        {
            if (tensor.Dims.Count > ModelLimits.MaxRank)
                throw new OnnxGraphException($"{owner} has {tensor.Dims.Count} dimensions; at most {ModelLimits.MaxRank} make sense.");
            TensorContent.Check(tensor, owner);
        }

        var operators = new OperatorCheck(proto);
        CheckGraph(proto.Graph, operators, []);
        if (proto.Graph.Output.Count == 0)
            throw new OnnxGraphException("its graph has no output.");
    }

    private static void CheckVersions(ModelProto proto)
    {
        if (proto.IrVersion is < 1 or > ModelLimits.MaxIrVersion)
        {
            throw new OnnxGraphException(
                $"it is written in version {proto.IrVersion} of the ONNX format; versions up to {ModelLimits.MaxIrVersion} are known. " +
                "Export it with an older version.");
        }

        long? standard = null;
        foreach (var import in proto.OpsetImport)
        {
            long latest = import.Domain is "ai.onnx.ml" ? ModelLimits.MaxMachineLearningOpset : ModelLimits.MaxOpset;
            bool isStandard = import.Domain is "" or "ai.onnx";
            if (isStandard)
                standard = import.Version;
            if ((isStandard || import.Domain == "ai.onnx.ml") && import.Version > latest)
            {
                var user = proto.Graph.Node.FirstOrDefault(node => node.Domain == import.Domain || (isStandard && node.IsStandard));
                throw new OnnxGraphException(
                    $"it needs operator set {import.Version} of '{(isStandard ? "ai.onnx" : import.Domain)}' " +
                    $"(first used by {user?.Describe() ?? "no node"}); sets up to {latest} are known. Export it with an older set.");
            }
        }

        if (standard is null)
            throw new OnnxGraphException("it does not say which version of the standard operator set it needs.");
        if (standard < ModelLimits.MinOpset)
        {
            throw new OnnxGraphException(
                $"it is written for operator set {standard}; sets from {ModelLimits.MinOpset} on are supported. " +
                "Convert it with onnx.version_converter.");
        }
    }

    private static void CheckGraph(GraphProto graph, OperatorCheck operators, HashSet<string> outerNames)
    {
        var known = new HashSet<string>(outerNames, StringComparer.Ordinal);
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in graph.Input)
        {
            if (!own.Add(RequireName(input.Name, "a graph input")))
                throw new OnnxGraphException($"two graph inputs are called '{input.Name}'.");
            CheckDimensions(input);
        }

        var initializers = new HashSet<string>(StringComparer.Ordinal);
        var sparse = graph.SparseInitializer.Select(tensor => tensor.Values?.Name ?? "");
        foreach (string name in graph.Initializer.Select(tensor => tensor.Name).Concat(sparse))
        {
            if (!initializers.Add(RequireName(name, "an initializer")))
                throw new OnnxGraphException($"two initializers are called '{name}'.");
        }

        own.UnionWith(initializers);
        known.UnionWith(own);
        foreach (var node in graph.Node)
        {
            operators.Check(node);
            if (node.Output.All(output => output.Length == 0))
                throw new OnnxGraphException($"{node.Describe()} makes nothing; remove it.");
            if (node.Is("Split") && node.Output.Contains(""))
            {
                throw new OnnxGraphException(
                    $"{node.Describe()} leaves an output without a name, which ends the process in ONNX Runtime; name all of its outputs.");
            }

            foreach (string output in node.Output)
            {
                if (output.Length > 0 && !own.Add(output))
                    throw new OnnxGraphException($"{node.Describe()} makes '{output}', which the graph already has.");
            }
        }

        NodeOrder.Sort(graph, known);
        known.UnionWith(own);
        foreach (var node in graph.Node)
        {
            foreach (var nested in NestedGraphs(node))
                CheckGraph(nested, operators, known);
        }

        foreach (var output in graph.Output)
        {
            if (!known.Contains(output.Name))
                throw new OnnxGraphException($"the graph output '{output.Name}' is made by no node.");
            CheckDimensions(output);
        }
    }

    internal static IEnumerable<GraphProto> NestedGraphs(NodeProto node)
    {
        foreach (var attribute in node.Attribute)
        {
            if (attribute.G is not null)
                yield return attribute.G;
            foreach (var graph in attribute.Graphs)
                yield return graph;
        }
    }

    private static string RequireName(string name, string thing) =>
        name.Length > 0 ? name : throw new OnnxGraphException($"{thing} has no name.");

    private static void CheckDimensions(ValueInfoProto value)
    {
        if (value.Type?.TensorType?.Shape is not { } shape)
            return;
        if (shape.Dim.Count > ModelLimits.MaxRank)
            throw new OnnxGraphException($"'{value.Name}' has {shape.Dim.Count} dimensions; at most {ModelLimits.MaxRank} make sense.");
        foreach (var dimension in shape.Dim)
        {
            if (dimension.HasDimValue && dimension.DimValue < 0)
                throw new OnnxGraphException($"'{value.Name}' has the negative dimension {dimension.DimValue}.");
        }
    }
}
