using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>What is trained, and how.</summary>
/// <param name="Model">The network; its output is the logits.</param>
/// <param name="Cut">The tensor that the examples are the activations of; everything before it stays frozen.</param>
/// <param name="Logits">The tensor with the logits [N, C].</param>
/// <param name="Parameters">The initializers that are trained.</param>
/// <param name="TrainsNormalization">
/// Whether BatchNormalization takes the statistics of the batch, and its running statistics follow.
/// </param>
/// <param name="Dropout">Whether Dropout nodes drop.</param>
internal sealed record TrainableNetwork(
    OnnxModel Model, string Cut, string Logits, IReadOnlyList<Parameter> Parameters, bool TrainsNormalization, bool Dropout);

/// <summary>
/// A training step as a graph: activations at the cut, targets, weights and dropout masks go in; the loss, the logits and the gradient of
/// every weight come out. Weights are inputs, not initializers, so that a step never makes a new session.
/// </summary>
/// <param name="Step">The graph of a step: the forward part, the loss and the backward part.</param>
/// <param name="Forward">The graph that predicts with the same weights, for validation.</param>
/// <param name="InputName">The input with the activations of a batch.</param>
/// <param name="LogitsName">The output with the logits [N, C], of both graphs.</param>
/// <param name="Gradients">The outputs of <paramref name="Step"/> with the gradients, in the order of the network's parameters.</param>
/// <param name="InputDimensions">The shape of the activations of a batch.</param>
/// <param name="Classes">The number of classes.</param>
/// <param name="Normalizations">The BatchNormalizations whose running statistics follow.</param>
/// <param name="Masks">The dropout masks of a step.</param>
internal sealed record StepGraph(
    OnnxModel Step,
    OnnxModel Forward,
    string InputName,
    string LogitsName,
    IReadOnlyList<string> Gradients,
    long[] InputDimensions,
    int Classes,
    IReadOnlyList<TrainedNormalization> Normalizations,
    IReadOnlyList<DropoutMask> Masks)
{
    /// <summary>The input with the targets [N, C]: rows of class shares, scaled so that all together sum to 1.</summary>
    public const string Targets = "train/targets";

    /// <summary>
    /// The input [1] with what the gradient of the logits is multiplied with in half precision; those of the weights are without it again.
    /// </summary>
    public const string LossScale = "train/loss-scale";

    /// <summary>The scalar output with the loss.</summary>
    public const string Loss = "train/loss";

    /// <summary>Whether the activations are the preprocessed images themselves, because nothing is frozen.</summary>
    public bool CutsAtInput { get; init; }

    /// <summary>Builds both graphs for one batch size.</summary>
    /// <param name="network">What is trained.</param>
    /// <param name="batchSize">The number of examples of a step.</param>
    /// <param name="form">Which of several equal forms the graphs have; null for the processor's.</param>
    /// <param name="obstacles">Where given, takes what no gradient passes, instead of an exception.</param>
    /// <exception cref="OnnxGraphException">
    /// The network cannot be cut there, or cannot be trained through; the message names the node.
    /// </exception>
    public static StepGraph Build(
        TrainableNetwork network, int batchSize, StepForm? form = null, TrainingObstacles? obstacles = null)
    {
        var chosen = form ?? StepForm.Processor;
        var shapes = new Dictionary<string, long[]>(ShapeInference.Infer(network.Model, batchSize), StringComparer.Ordinal);
        long[] cut = Shape(shapes, network.Cut);
        long[] logits = Shape(shapes, network.Logits);
        if (logits.Length != 2)
            throw new OnnxGraphException($"The logits '{network.Logits}' have {logits.Length} dimensions; training needs [N, classes].");

        // Weights that a model makes with Constant nodes become initializers, which can be taken as inputs.
        var model = network.Model.WithInitializers(network.Parameters
            .Where(parameter => network.Model.Index.Constants[parameter.Name].Node is not null)
            .ToDictionary(parameter => parameter.Name, parameter => (ReadOnlyMemory<float>)network.Model.ReadInitializer(parameter.Name)));
        var trainable = TrainablePart.Extract(model, shapes, network.Cut, network.Logits);
        var names = network.Parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);

        var dropping = new OnnxModel(trainable.Proto.Clone());
        var droppingForm = new TrainingGraphRewriter(dropping.Proto.Graph, shapes);
        if (network.Dropout)
            droppingForm.DropOut();
        var step = OpsetUpgrade.Apply(dropping, shapes);
        var training = new TrainingGraphRewriter(step.Proto.Graph, shapes);
        if (network.TrainsNormalization)
            training.NormalizeBatches();
        string[] statistics = [.. training.Normalizations.SelectMany(norm => new[] { norm.BatchMean, norm.BatchVariance })];
        var gradients = Differentiate(step.Proto.Graph, network, names, statistics, InferredAfter(step), logits, chosen, obstacles);

        var forward = OpsetUpgrade.Apply(trainable, shapes);
        string[] running = [.. training.Normalizations.SelectMany(norm => new[] { norm.RunningMean, norm.RunningVariance })];
        TakeAsInputs(forward.Proto.Graph, [.. names, .. running]);
        if (chosen.FoldsBatch)
        {
            BatchFolding.Apply(
                new GraphBuilder(forward.Proto.Graph, "fold/"), shapes, [.. names, .. running], [network.Logits], chosen.ForAccelerator);
        }

        return new StepGraph(
            step, forward, network.Cut, network.Logits, gradients, cut, (int)logits[1], training.Normalizations, droppingForm.Masks)
        {
            CutsAtInput = network.Model.Inputs.Any(input => input.Name == network.Cut),
        };
    }

    /// <summary>Adds the loss and the backward part to the forward part of a step.</summary>
    /// <returns>The outputs with the gradients, in the order of the network's parameters.</returns>
    private static string[] Differentiate(
        GraphProto graph,
        TrainableNetwork network,
        HashSet<string> names,
        string[] statistics,
        Dictionary<string, long[]> shapes,
        long[] logits,
        StepForm form,
        TrainingObstacles? obstacles)
    {
        var builder = new GraphBuilder(graph, "train/");
        TakeAsInputs(graph, names);
        if (form.FoldsBatch)
            BatchFolding.Apply(builder, shapes, names, [network.Logits, .. statistics], form.ForAccelerator);
        NodeProto[] nodes = [.. graph.Node];
        builder.Input(Targets, TensorProto.Types.DataType.Float, [.. logits]);
        var (_, logitsGradient) = SoftmaxCrossEntropy.Append(builder, network.Logits, Targets, images: 1, Loss);
        if (form.HalfPrecision)
            logitsGradient = builder.Times(logitsGradient, builder.Input(LossScale, TensorProto.Types.DataType.Float, 1));
        var loss = graph.Node.Skip(nodes.Length).ToHashSet();
        var gradients = BackwardPass.Append(
            builder,
            nodes,
            new Dictionary<string, string> { [network.Logits] = logitsGradient },
            names,
            shapes,
            obstacles,
            form.ForAccelerator);

        // Every output gets a buffer of its own, so one tensor may not serve as two of them.
        string[] outputs = [.. network.Parameters.Select(parameter => builder.Add("Identity", [gradients[parameter.Name]]))];
        if (form.HalfPrecision)
        {
            HalfPrecision.Apply(builder, loss, logitsGradient, network.Logits, [.. outputs, .. statistics]);
            outputs = [.. outputs.Select(output => builder.Over(output, LossScale))];
        }

        builder.Output(Loss, TensorProto.Types.DataType.Float);
        foreach (string output in outputs.Concat(statistics))
            graph.Output.Add(new ValueInfoProto { Name = output, Type = FloatTensor() });
        return outputs;
    }

    private static Dictionary<string, long[]> InferredAfter(OnnxModel step) =>
        new(ShapeInference.InferFixed(new OnnxModel(step.Proto.Clone())), StringComparer.Ordinal);

    private static void TakeAsInputs(GraphProto graph, HashSet<string> names)
    {
        foreach (var tensor in graph.Initializer.Where(tensor => names.Contains(tensor.Name)).ToArray())
        {
            graph.Initializer.Remove(tensor);
            graph.Input.Add(GraphBuilder.ValueInfo(tensor.Name, TensorProto.Types.DataType.Float, [.. tensor.Dims]));
        }
    }

    private static TypeProto FloatTensor() =>
        new() { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float } };

    private static long[] Shape(Dictionary<string, long[]> shapes, string tensor) =>
        shapes.TryGetValue(tensor, out long[]? shape)
            ? shape
            : throw new OnnxGraphException($"The network has no tensor '{tensor}' of known shape.");
}
