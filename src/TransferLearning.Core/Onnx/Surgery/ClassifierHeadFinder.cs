using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Finds a network's classifier by walking back from an output. Two structures are known: a dense layer as the last one with weights, with
/// more dense layers before it or not (VGG, ResNet, MobileNet, a 1×1 convolution on pooled maps in DenseNet); and a 1×1 convolution
/// whose maps are pooled into the scores (SqueezeNet).
/// </summary>
internal sealed class ClassifierHeadFinder
{
    /// <summary>Stages of features have a multiple of this many maps; a number of classes hardly ever is one.</summary>
    private const int FeatureMapMultiple = 32;

    private readonly OnnxModel _model;
    private readonly GraphIndex _index;
    private readonly HashSet<int> _nodes = [];

    private ClassifierHeadFinder(OnnxModel model)
    {
        _model = model;
        _index = model.Index;
    }

    /// <summary>The head that ends in the first output that has one, or null.</summary>
    public static ClassifierHead? Find(OnnxModel model) =>
        model.Proto.Graph.Output
            .Select(output => new ClassifierHeadFinder(model).FindFrom(output.Name))
            .FirstOrDefault(head => head is not null);

    /// <summary>
    /// Walks back from a tensor over pooling and reshaping to the feature maps they start from; gives the tensor itself where there are
    /// none.
    /// </summary>
    public static string FeatureMapsBefore(OnnxModel model, string tensor) =>
        new ClassifierHeadFinder(model).WalkToMaps(tensor, throughDenseLayers: false) ?? tensor;

    private ClassifierHead? FindFrom(string output)
    {
        string tensor = output, logits = output;
        string? score = null;
        bool pooled = false;
        while (_index.ProducerNode(tensor) is { } node && _index.IsDynamic(tensor))
        {
            bool last = false;
            if (score is null && !pooled && OperatorKinds.IsScore(node))
            {
                score = tensor;
                logits = node.Input[0];
            }
            else if (DenseClassCount(node, tensor) is { } dense)
            {
                return Matches(logits, dense) ? Build(tensor, logits, score, dense) : null;
            }
            else if (pooled && PointwiseClassCount(node) is { } pointwise)
            {
                bool plausible = score is not null || pointwise % FeatureMapMultiple != 0;
                return plausible && Matches(logits, pointwise) ? Build(tensor, logits, score, pointwise) : null;
            }
            else if (ReducesToVector(node))
            {
                pooled = true;
            }
            else
            {
                // An activation between the scores and their layer only makes sense where the scores are pooled from maps.
                bool isPassed = OperatorKinds.IsReshape(node) || OperatorKinds.IsIdle(node) || IsBias(node) || IsTemperature(node);
                last = !isPassed && !(pooled && OperatorKinds.IsActivation(node));
            }

            if (last)
                return null;
            Take(tensor);
            tensor = DataInput(node);
        }

        return null;
    }

    private ClassifierHead Build(string classifierOutput, string logits, string? score, int classes)
    {
        var classifier = _index.ProducerNode(classifierOutput)!;
        Take(classifierOutput);
        string flat = SkipIdle(DataInput(classifier));
        var before = _nodes.ToArray();
        string feature = IsMaps(flat) ? flat : WalkToMaps(flat, throughDenseLayers: true) ?? flat;
        if (feature == flat)
        {
            // The walk found no maps: what it passed on the way is not part of the head.
            _nodes.Clear();
            _nodes.UnionWith(before);
        }

        int[] order = [.. _nodes.Order()];
        var first = order.Select(i => _index.Graph.Node[i])
            .First(node => DenseClassCount(node, node.Output[0]) is not null || PointwiseClassCount(node) is not null);
        return new ClassifierHead(feature, logits, score, [.. order.Select(Name)], InputFeatures(first), classes);
    }

    /// <summary>Back from a vector to the feature maps it is computed from, or null where the way there is not that of a head.</summary>
    private string? WalkToMaps(string tensor, bool throughDenseLayers)
    {
        while (_index.ProducerNode(tensor) is { } node && _index.IsDynamic(tensor))
        {
            string input = DataInput(node);
            bool shaping = OperatorKinds.IsReshape(node) || OperatorKinds.IsIdle(node) || ReducesToVector(node) || IsChannelsLast(node);
            bool layer = throughDenseLayers && (DenseClassCount(node, tensor) is not null || IsBias(node)
                || OperatorKinds.IsActivation(node) || node.Is("BatchNormalization") || UnaryBase(node) is not null);
            if (!shaping && !layer)
                return null;
            Take(tensor);
            tensor = UnaryBase(node) ?? input;
            if (IsMaps(tensor))
                return SkipIdle(tensor);
        }

        return null;
    }

    private string SkipIdle(string tensor)
    {
        while (_index.ProducerNode(tensor) is { } node && (OperatorKinds.IsIdle(node) || (IsChannelsLast(node) && IsMaps(tensor))))
        {
            Take(tensor);
            tensor = DataInput(node);
        }

        return tensor;
    }

    /// <summary>The outputs of a layer that reads whole vectors: Gemm, MatMul, or a convolution that leaves one position.</summary>
    private int? DenseClassCount(NodeProto node, string output)
    {
        if (node.Is("Gemm") && IsWeight(node, 1) && Dimensions(node.Input[1]) is [{ } rows, { } columns])
            return (int)(node.Int("transB", 0) != 0 ? rows : columns);
        if (node.Is("MatMul") && IsWeight(node, 1) && Dimensions(node.Input[1]) is [_, { } units])
            return (int)units;
        if (node.Is("Conv") && IsWeight(node, 1) && node.Int("group", 1) == 1 && Dimensions(output) is [_, { } maps, 1, 1])
            return (int)maps;
        return null;
    }

    private int? PointwiseClassCount(NodeProto node)
    {
        bool isWhole = node.Is("Conv") && IsWeight(node, 1) && node.Int("group", 1) == 1;
        return isWhole && Dimensions(node.Input[1]) is [{ } maps, _, 1, 1] ? (int)maps : null;
    }

    private int InputFeatures(NodeProto layer)
    {
        var weight = Dimensions(layer.Input[1])!;
        if (layer.Is("Conv"))
            return (int)(weight[1]!.Value * weight[2]!.Value * weight[3]!.Value);
        return (int)(layer.Is("Gemm") && layer.Int("transB", 0) != 0 ? weight[1] : weight[0])!.Value;
    }

    private bool IsWeight(NodeProto node, int position) =>
        node.InputOrEmpty(position) is { Length: > 0 } input && !_index.IsDynamic(input);

    private bool IsBias(NodeProto node) => node.Is("Add") && _index.DynamicInputs(node).Take(2).Count() == 1;

    /// <summary>Divides the scores by one constant number.</summary>
    private bool IsTemperature(NodeProto node) =>
        node.Is("Div") && _index.Constants.TryGetValue(node.InputOrEmpty(1), out var divisor) && divisor.Count == 1;

    private bool ReducesToVector(NodeProto node)
    {
        if (OperatorKinds.IsGlobalPool(node))
            return true;
        if (OperatorKinds.IsWindowPool(node))
            return Dimensions(node.Output[0]) is [_, _, 1, 1];
        if (!OperatorKinds.IsReduction(node) || Dimensions(node.Input[0]) is not { Count: 4 })
            return false;
        return OperatorKinds.ReductionAxes(_index, node, 4) switch
        {
            [2, 3] => true,
            [1, 2] => _index.ProducerNode(node.Input[0]) is { } producer && IsChannelsLast(producer),
            _ => false,
        };
    }

    /// <summary>A move of the channels to the end, as exporters of channels-last frameworks put before flattening.</summary>
    private static bool IsChannelsLast(NodeProto node) => node.Is("Transpose") && node.Ints("perm") is [0, 2, 3, 1];

    /// <summary>For <c>x · f(x)</c> (a swish written out) the tensor <c>x</c>.</summary>
    private string? UnaryBase(NodeProto node)
    {
        if (!node.Is("Mul") || _index.DynamicInputs(node).ToArray() is not [var a, var b])
            return null;
        if (_index.ProducerNode(b) is { } gate && OperatorKinds.IsActivation(gate) && gate.Input[0] == a)
            return a;
        return _index.ProducerNode(a) is { } other && OperatorKinds.IsActivation(other) && other.Input[0] == b ? b : null;
    }

    /// <summary>Whether a tensor has rank 4 and more than one position (or a free number of them).</summary>
    private bool IsMaps(string tensor) => Dimensions(tensor) is [_, _, var height, var width] && (height, width) is not (1, 1)
        && !(_index.ProducerNode(tensor) is { } node && OperatorKinds.IsGlobalPool(node));

    private bool Matches(string logits, int classes) => Dimensions(logits) is not { Count: > 1 } shape || shape.Contains(classes);

    private IReadOnlyList<long?>? Dimensions(string tensor) => _model.TensorInfo(tensor)?.Dimensions;

    private string DataInput(NodeProto node) => _index.DynamicInputs(node).First();

    private void Take(string tensor) => _nodes.Add(_index.Producer(tensor));

    private string Name(int index)
    {
        var node = _index.Graph.Node[index];
        return node.Name.Length > 0 ? node.Name : node.Output[0];
    }
}
