using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>Whether a network can be trained, known from its graph alone before any image is read.</summary>
public static class Trainability
{
    /// <summary>Two images: enough to see that a step keeps them apart.</summary>
    private const int TriedBatch = 2;

    /// <summary>The layers that training cannot pass or reach, with the reasons.</summary>
    /// <param name="network">A network; a fixed batch is freed.</param>
    /// <returns>Layer name → reason; layers that are not listed can be trained.</returns>
    /// <exception cref="OnnxGraphException">ONNX Runtime refuses the graph, or its shapes are not known.</exception>
    public static IReadOnlyDictionary<string, string> FindObstacles(OnnxModel network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var backbone = network.WithFreeBatch().WithoutTop();
        string input = backbone.Inputs[0].Name;
        Parameter[] parameters = [.. backbone.Layers
            .SelectMany(layer => layer.Weights)
            .Distinct()
            .Where(weight => backbone.Index.Constants[weight].ElementType == OnnxElementType.Float)
            .Select(weight => new Parameter(weight, backbone.Index.Constants[weight].Dimensions, 1, Decays: false))];
        var found = new TrainingObstacles();
        Build(backbone, input, parameters, found);
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var layer in backbone.Layers)
        {
            var made = layer.Nodes.SelectMany(node => backbone.Proto.Graph.Node[node].Output).ToHashSet(StringComparer.Ordinal);
            if (found.Nodes.FirstOrDefault(error => made.Contains(error.Identity.Output)) is { } obstacle)
                reasons[layer.Name] = $"{obstacle.Node}: {obstacle.Reason}";
            else if (layer.Weights.FirstOrDefault(
                weight => backbone.Index.Constants[weight].ElementType != OnnxElementType.Float) is { } integers)
                reasons[layer.Name] = $"its weight '{integers}' holds {backbone.Index.Constants[integers].ElementType} numbers";
            else if (layer.Weights.Count > 0 && layer.Weights.All(found.Unreached.Contains))
                reasons[layer.Name] = "no gradient reaches it";
        }

        return reasons;
    }

    /// <summary>Throws if what is to be trained cannot be, with freeze points that were tried.</summary>
    /// <param name="backbone">A network with one output, the features [N, D].</param>
    /// <param name="cut">The tensor that training starts from.</param>
    /// <param name="parameters">The weights of the backbone that are to be trained.</param>
    /// <param name="trainsAll">Whether that is all of the backbone; the cut may then be behind layers without influence.</param>
    /// <returns>The layers whose weights no gradient reaches, because the features do not change with them.</returns>
    /// <exception cref="UntrainableNodeException">No gradient passes a node behind the cut.</exception>
    /// <exception cref="OnnxGraphException">No gradient reaches any of the weights.</exception>
    internal static IReadOnlyList<string> Require(
        OnnxModel backbone, string cut, IReadOnlyList<Parameter> parameters, bool trainsAll)
    {
        var found = new TrainingObstacles();
        Build(backbone, cut, parameters, found);
        if (found.Nodes is [var error, ..])
            throw new UntrainableNodeException(error.Identity, error.Reason, FreezePoints(backbone, error.Identity.Output, parameters));
        string[] unreached = [.. backbone.Layers
            .Where(layer => layer.Weights.Count > 0 && layer.Weights.All(found.Unreached.Contains)).Select(layer => layer.Name),
            .. WithoutInfluence(backbone, trainsAll ? backbone.Inputs[0].Name : cut)];
        return unreached.Length == 0 || found.Unreached.Count < parameters.Count
            ? unreached
            : throw new OnnxGraphException(
                $"No gradient reaches any weight behind '{cut}' (layers {string.Join(", ", unreached)}): " +
                "the features do not change smoothly " +
                $"with them. Freeze the backbone with {nameof(FreezePoint)}.{nameof(FreezePoint.All)}, so that only the head is trained.");
    }

    /// <summary>The nodes behind the cut whose constants would be weights if the features changed smoothly with them.</summary>
    private static IEnumerable<string> WithoutInfluence(OnnxModel backbone, string cut)
    {
        var index = backbone.Index;
        int first = index.Producer(cut);
        return index.DynamicNodes.Where(i => i > first).Select(i => index.Graph.Node[i])
            .Where(node => !index.ReachesOutput(node) && NodeWeights.CandidatesOf(index, node).Trained.Count > 0)
            .Select(node => node.Name.Length > 0 ? node.Name : node.Output[0]);
    }

    /// <summary>The first layers behind a node from which on a step can be written.</summary>
    private static List<string> FreezePoints(OnnxModel backbone, string tensor, IReadOnlyList<Parameter> parameters)
    {
        const int most = 3;
        int obstacle = backbone.Index.Producer(tensor);
        var points = new List<string>();
        foreach (var layer in backbone.Layers.Where(layer => layer.Weights.Count > 0 && !layer.IsAppended && layer.Nodes[0] > obstacle))
        {
            if (points.Count == most)
                break;
            try
            {
                var (weights, cut) = FreezePoint.From(layer.Name).Resolve(backbone);
                Build(backbone, cut, [.. parameters.Where(parameter => weights.Contains(parameter.Name))], obstacles: null);
                points.Add(layer.Name);
            }
            catch (OnnxGraphException)
            {
                // Not a point to recommend; a later one may be.
            }
        }

        return points;
    }

    private static void Build(OnnxModel backbone, string cut, IReadOnlyList<Parameter> parameters, TrainingObstacles? obstacles)
    {
        if (parameters.Count > 0)
        {
            var network =
                new TrainableNetwork(backbone, cut, backbone.Outputs[0].Name, parameters, TrainsNormalization: false, Dropout: false);
            StepGraph.Build(network, TriedBatch, obstacles: obstacles);
        }
    }
}
