using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>Where the images are in the output of a node, given where they are in its inputs.</summary>
internal sealed class BatchRules
{
    private readonly OnnxModel _model;
    private readonly IReadOnlyDictionary<string, long[]> _shapes;
    private readonly long _batch;

    /// <param name="model">The model, with a fixed batch.</param>
    /// <param name="shapes">The shapes of its tensors.</param>
    /// <param name="batch">The number of images.</param>
    public BatchRules(OnnxModel model, IReadOnlyDictionary<string, long[]> shapes, long batch) =>
        (_model, _shapes, _batch) = (model, shapes, batch);

    /// <summary>The possible places; none where the node mixes images. A Reshape can leave more than one possible.</summary>
    /// <param name="node">The node.</param>
    /// <param name="places">The places in the tensors before it.</param>
    public IEnumerable<BatchPlace> Of(NodeProto node, IReadOnlyDictionary<string, BatchPlace> places)
    {
        string[] data = [.. _model.Index.DynamicInputs(node)];
        if (data.Length == 0 || !data.All(input => places.ContainsKey(input) && _shapes.ContainsKey(input))
            || !_shapes.TryGetValue(node.Output[0], out long[]? output))
        {
            return [];
        }

        long[] shape = _shapes[data[0]];
        var place = places[data[0]];
        return Candidates(node, data, places, shape, place, output).Where(candidate => Fits(candidate, output));
    }

    private IEnumerable<BatchPlace> Candidates(
        NodeProto node, string[] data, IReadOnlyDictionary<string, BatchPlace> places, long[] shape, BatchPlace place, long[] output)
    {
        int rank = shape.Length;
        switch (node.OpType)
        {
            case "Reshape":
                return Regrouped(shape, place, output);
            case "Flatten":
                long before = Before(shape, place);
                int cut = TensorShape.Axis(node.Int("axis", 1), rank);
                return [place.Axis < cut ? new BatchPlace(0, before) : new BatchPlace(1, before / TensorShape.Count(shape.AsSpan(0, cut)))];
            case "Squeeze" or "Unsqueeze":
                return Moved(node, shape, place, output);
            case "Transpose":
                long[] order = node.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)];
                return [place with { Axis = Array.IndexOf(order, place.Axis) }];
            case "MatMul":
                return Product(node, places, output.Length);
            case "Gemm":
                return data is [var only] && only == node.Input[0] && place.Axis == 0 && node.Int("transA", 0) == 0 ? [place] : [];
            case "Softmax" or "LogSoftmax" or "Hardmax":
                int over = TensorShape.Axis(node.Int("axis", _model.OpsetVersion < 13 ? 1 : -1), rank);
                return (_model.OpsetVersion < 13 ? place.Axis < over : place.Axis != over) ? [place] : [];
            case "LayerNormalization" or "RMSNormalization" or "SimplifiedLayerNormalization":
                return place.Axis < TensorShape.Axis(node.Int("axis", -1), rank) ? [place] : [];
            case "Split" or "CumSum" or "TopK" or "LpNormalization":
                return place.Axis != TensorShape.Axis(node.Int("axis", node.OpType is "TopK" or "LpNormalization" ? -1 : 0), rank) ? [place]
                    : [];
            case "Concat":
                int joined = TensorShape.Axis(node.Int("axis", 0), rank);
                return place.Axis != joined && data.All(input => places[input] == place)
                    && StaticInputsFit(node, place, output) ? [place] : [];
            case "Gather":
                int taken = TensorShape.Axis(node.Int("axis", 0), rank);
                return data is [var source] && source == node.Input[0] && taken != place.Axis
                    ? [place with { Axis = place.Axis + (place.Axis > taken ? output.Length - rank : 0) }]
                    : [];
            case "Einsum":
                return Einsum(node, places);
            case "Expand" or "Pad" or "Slice" or "Tile" or "Trilu" or "CenterCropPad":
                int axis = place.Axis + output.Length - rank;
                return output[axis] == shape[place.Axis] ? [place with { Axis = axis }] : [];
            default:
                if (node.OpType.StartsWith("Reduce", StringComparison.Ordinal) || node.Is("ArgMax") || node.Is("ArgMin"))
                    return Reduced(node, rank, place);
                return IsOverMaps(node) ? (place.Axis == 0 && data.Length == 1 ? [place] : []) : Aligned(node, data, places, output);
        }
    }

    /// <summary>Operators whose first axis is the images, whatever the others are.</summary>
    private static bool IsOverMaps(NodeProto node) => OperatorKinds.IsWindowPool(node) || OperatorKinds.IsGlobalPool(node)
        || node.OpType is "BatchNormalization" or "Conv" or "ConvTranspose" or "DepthToSpace" or "GroupNormalization"
            or "InstanceNormalization"
            or "LRN" or "Resize" or "SpaceToDepth" or "Upsample";

    private bool Fits(BatchPlace place, long[] output) =>
        place.Axis >= 0 && place.Axis < output.Length && place.Outer > 0 && output[place.Axis] % (place.Outer * _batch) == 0;

    /// <summary>How many elements of the whole tensor change more slowly than the images.</summary>
    private static long Before(long[] shape, BatchPlace place) => TensorShape.Count(shape.AsSpan(0, place.Axis)) * place.Outer;

    /// <summary>The axes of a reshaped tensor that the images can be in; those first that hold nothing but images.</summary>
    private IEnumerable<BatchPlace> Regrouped(long[] shape, BatchPlace place, long[] output)
    {
        long before = Before(shape, place);
        var possible = new List<BatchPlace>();
        long outer = before;
        for (int axis = 0; axis < output.Length; axis++)
        {
            var candidate = new BatchPlace(axis, outer);
            if (Fits(candidate, output))
                possible.Add(candidate);
            if (output[axis] == 0 || outer % output[axis] != 0)
                break;
            outer /= output[axis];
        }

        return possible.OrderByDescending(candidate => candidate.Outer == 1 && output[candidate.Axis] == _batch);
    }

    private IEnumerable<BatchPlace> Moved(NodeProto node, long[] shape, BatchPlace place, long[] output)
    {
        bool removes = node.Is("Squeeze");
        int rank = removes ? shape.Length : output.Length;
        var axes = (node.Ints("axes") ?? _model.Index.ConstantInt64s(node.InputOrEmpty(1)))?.Select(axis => TensorShape.Axis(axis, rank))
            .ToHashSet()
            ?? Enumerable.Range(0, rank).Where(axis => removes && shape[axis] == 1).ToHashSet();
        if (removes)
            return axes.Contains(place.Axis) ? [] : [place with { Axis = place.Axis - axes.Count(axis => axis < place.Axis) }];
        int[] kept = [.. Enumerable.Range(0, rank).Where(axis => !axes.Contains(axis))];
        return [place with { Axis = kept[place.Axis] }];
    }

    private IEnumerable<BatchPlace> Product(NodeProto node, IReadOnlyDictionary<string, BatchPlace> places, int rank)
    {
        var found = new List<BatchPlace>();
        for (int side = 0; side < 2; side++)
        {
            if (!places.TryGetValue(node.Input[side], out var place) || !_model.Index.IsDynamic(node.Input[side]))
                continue;
            int fromEnd = _shapes[node.Input[side]].Length - place.Axis;
            int summed = side == 0 ? 1 : 2;
            if (fromEnd == summed || (side == 0 && rank == 0))
                return [];
            found.Add(place with { Axis = rank - fromEnd });
        }

        // Rows of one factor may be images, but then the other factor may not hold images too.
        return found.Distinct().Count() == 1 && (found.Count == 1 || found[0].Axis < rank - 2) ? [found[0]] : [];
    }

    private IEnumerable<BatchPlace> Reduced(NodeProto node, int rank, BatchPlace place)
    {
        long[]? given = node.OpType.StartsWith("Arg", StringComparison.Ordinal)
            ? [node.Int("axis", 0)]
            : OperatorKinds.ReductionAxes(_model.Index, node, rank);
        if (given is null)
            return [];
        var axes = given.Select(axis => TensorShape.Axis(axis, rank)).ToHashSet();
        if (axes.Contains(place.Axis))
            return [];
        return [node.Int("keepdims", 1) != 0 ? place : place with { Axis = place.Axis - axes.Count(axis => axis < place.Axis) }];
    }

    private static HashSet<BatchPlace> Einsum(NodeProto node, IReadOnlyDictionary<string, BatchPlace> places)
    {
        string equation = node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal);
        if (equation.Split("->") is not [var left, var right] || equation.Contains('.'))
            return [];
        string[] terms = left.Split(',');
        var found = new HashSet<BatchPlace>();
        for (int i = 0; i < Math.Min(terms.Length, node.Input.Count); i++)
        {
            if (places.TryGetValue(node.Input[i], out var place) && place.Axis < terms[i].Length)
                found.Add(place with { Axis = right.IndexOf(terms[i][place.Axis], StringComparison.Ordinal) });
        }

        return found.Count == 1 ? found : [];
    }

    /// <summary>Inputs that broadcast: the images of all must come to lie in the same axis.</summary>
    private BatchPlace[] Aligned(NodeProto node, string[] data, IReadOnlyDictionary<string, BatchPlace> places, long[] output)
    {
        var found = data.Select(input => places[input] with { Axis = places[input].Axis + output.Length - _shapes[input].Length })
            .Distinct().ToArray();
        return found is [var place] && place.Axis < output.Length && StaticInputsFit(node, place, output) ? found : [];
    }

    /// <summary>A constant beside the images must be the same for each of them.</summary>
    private bool StaticInputsFit(NodeProto node, BatchPlace place, long[] output) => node.Input.All(input =>
    {
        if (input.Length == 0 || _model.Index.IsDynamic(input) || !_shapes.TryGetValue(input, out long[]? shape))
            return true;
        int axis = place.Axis - (output.Length - shape.Length);
        if (axis < 0 || shape[axis] == 1)
            return true;
        return node.Is("Concat") && place.Outer == 1 && shape[axis] == _batch;
    });
}
