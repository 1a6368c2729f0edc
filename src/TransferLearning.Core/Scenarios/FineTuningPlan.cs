using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>A backbone with its freeze point resolved: what runs once for each image, and what trains.</summary>
internal sealed class FineTuningPlan
{
    private readonly IReadOnlySet<string> _trainable;

    /// <param name="backbone">A network with one output, the features [N, D].</param>
    /// <param name="freeze">Up to where it stays as it is.</param>
    /// <exception cref="OnnxGraphException">
    /// The freeze point does not exist in the network, or the network cannot be cut before it.
    /// </exception>
    /// <exception cref="UntrainableNodeException">No gradient passes a node between the freeze point and the features.</exception>
    public FineTuningPlan(OnnxModel backbone, FreezePoint freeze)
    {
        Backbone = backbone = OwnStatistics.Apply(backbone);
        (_trainable, Cut) = freeze.Resolve(backbone);
        CutsAtInput = backbone.Inputs.Any(input => input.Name == Cut);
        Features = backbone.Outputs[0].Name;
        var parameters = Trainable(backbone, new FineTuningOptions()).Parameters;
        UntrainedLayers = Trainability.Require(backbone, Cut, parameters, trainsAll: freeze.Equals(FreezePoint.None));
    }

    /// <summary>The whole backbone.</summary>
    public OnnxModel Backbone { get; }

    /// <summary>The tensor whose activations training works on.</summary>
    public string Cut { get; }

    /// <summary>Whether nothing is frozen: then training works on the preprocessed images themselves.</summary>
    public bool CutsAtInput { get; }

    /// <summary>The tensor with the features.</summary>
    public string Features { get; }

    /// <summary>The layers behind the cut that no gradient reaches.</summary>
    public IReadOnlyList<string> UntrainedLayers { get; }

    /// <summary>
    /// The frozen part, which runs once for each image: its output are the activations at the cut. Where nothing is frozen it passes the
    /// preprocessed images on as they are.
    /// </summary>
    public OnnxModel FrozenPart() => CutsAtInput ? PassImagesOn() : Backbone.CutAt(Cut);

    /// <summary>
    /// Throws if there is nothing at the cut that CutMix could cut a rectangle out of: better known before the work than after it.
    /// </summary>
    /// <exception cref="ArgumentException">The activations have no height and width.</exception>
    public void RequireMap()
    {
        if (ShapeInference.Infer(Backbone, batchSize: 1).TryGetValue(Cut, out long[]? shape))
            ActivationMap.At(Cut, shape, CutsAtInput);
    }

    /// <summary>The network with a head, and the rate of each weight that trains.</summary>
    /// <param name="network">The backbone with a head behind its features; its output is the logits.</param>
    /// <param name="options">The rates.</param>
    /// <param name="trainsNormalization">Whether BatchNormalization takes the statistics of the batch.</param>
    public TrainableNetwork Trainable(OnnxModel network, FineTuningOptions options, bool trainsNormalization = false)
    {
        var parameters = new List<Parameter>();
        int depth = 0;
        foreach (int node in network.Index.DynamicNodes.Reverse())
        {
            bool trains = false;
            foreach (var weight in NodeWeights.Of(network.Index, network.Proto.Graph.Node[node]).Trained)
            {
                bool isHead = !Backbone.Index.Constants.ContainsKey(weight.Name);
                if (!(isHead || _trainable.Contains(weight.Name)) || parameters.Any(known => known.Name == weight.Name))
                    continue;
                double factor = isHead ? 1 : options.BackboneRate * Math.Pow(options.LayerDecay, depth);
                parameters.Add(new Parameter(weight.Name, weight.Dimensions, factor, Decays: weight.Dimensions.Count > 1));
                trains |= !isHead;
            }

            depth += trains ? 1 : 0;
        }

        return new TrainableNetwork(network, Cut, network.Outputs[0].Name, parameters, trainsNormalization, options.Dropout);
    }

    private OnnxModel PassImagesOn()
    {
        var input = Backbone.Proto.Graph.Input.First(value => value.Name == Cut);
        var proto = new ModelProto { IrVersion = Backbone.Proto.IrVersion, Graph = new GraphProto { Name = "images" } };
        proto.OpsetImport.AddRange(Backbone.Proto.OpsetImport);
        proto.Graph.Input.Add(input);
        var output = input.Clone();
        output.Name = new GraphBuilder(proto.Graph, string.Empty).Add("Identity", [Cut]);
        proto.Graph.Output.Add(output);
        return new OnnxModel(proto);
    }
}
