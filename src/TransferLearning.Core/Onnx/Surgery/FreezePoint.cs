using System.Globalization;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Up to which layer a backbone keeps its weights while the rest trains. Layers appended to it (pooled features, a new head) always train
/// and are never counted.
/// </summary>
/// <remarks>
/// Immutable; safe for use from many threads. It names a place in any network and is resolved against one when it is used.
/// </remarks>
public sealed class FreezePoint : IEquatable<FreezePoint>
{
    private readonly Func<IReadOnlyList<OnnxLayer>, OnnxModel, int> _firstTrained;
    private readonly string _text;
    private readonly string _key;

    private FreezePoint(string text, Func<IReadOnlyList<OnnxLayer>, OnnxModel, int> firstTrained, string? key = null)
    {
        _text = text;
        _key = key ?? text;
        _firstTrained = firstTrained;
    }

    /// <summary>Nothing is frozen: the whole network trains.</summary>
    public static FreezePoint None { get; } = new("none", (_, _) => 0);

    /// <summary>The whole backbone is frozen: only what was appended to it trains.</summary>
    public static FreezePoint All { get; } = new("all", (layers, _) => layers.Count);

    /// <summary>The first part of the layers that have weights is frozen.</summary>
    /// <param name="frozen">The frozen part, from 0 (none) to 1 (all); rounded to whole layers.</param>
    public static FreezePoint Fraction(double frozen)
    {
        if (!(frozen is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(frozen), frozen, "A fraction from 0 to 1.");
        return new FreezePoint(frozen.ToString("P0", CultureInfo.InvariantCulture), (layers, _) =>
        {
            int[] weighted = [.. Enumerable.Range(0, layers.Count).Where(i => layers[i].Weights.Count > 0)];
            int count = (int)Math.Round(frozen * weighted.Length, MidpointRounding.AwayFromZero);
            return count < weighted.Length ? weighted[count] : layers.Count;
        }, frozen.ToString("R", CultureInfo.InvariantCulture));
    }

    /// <summary>Everything before a layer is frozen; that layer and all after it train.</summary>
    /// <param name="layer">
    /// The layer's name (see <see cref="OnnxModel.Layers"/>), or the name of one of its nodes or of a tensor it makes.
    /// </param>
    public static FreezePoint From(string layer)
    {
        ArgumentException.ThrowIfNullOrEmpty(layer);
        return new FreezePoint($"from {layer}", (layers, model) => IndexOf(layer, layers, model));
    }

    /// <summary>All but the last layers are frozen.</summary>
    /// <param name="count">
    /// The number of layers that train, poolings and the like included, as <c>model.layers[:-count]</c> counts them in Keras.
    /// </param>
    public static FreezePoint LastLayers(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new FreezePoint(FormattableString.Invariant($"last {count} layers"), (layers, _) => Math.Max(0, layers.Count - count));
    }

    /// <summary>Whether both name the same place in the same way.</summary>
    public bool Equals(FreezePoint? other) => other?._key == _key;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FreezePoint);

    /// <inheritdoc/>
    public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);

    /// <summary>The freeze point in words.</summary>
    public override string ToString() => _text;

    /// <summary>What trains in one network, and where to cut it in a part that runs once and a part that trains.</summary>
    /// <param name="model">A network with one output.</param>
    /// <returns>
    /// The names of the weights that train, and the latest tensor that every path from the input passes and before which nothing trains.
    /// Layers between that tensor and the freeze point run in each step but do not train.
    /// </returns>
    /// <exception cref="OnnxGraphException">The network has no such layer, or no single tensor to cut at before what trains.</exception>
    internal (IReadOnlySet<string> TrainableWeights, string CutTensor) Resolve(OnnxModel model)
    {
        var weights = TrainedLayers(model).SelectMany(layer => layer.Weights).ToHashSet(StringComparer.Ordinal);
        var index = model.Index;

        // A weight can be read by several nodes, and an earlier one may lie in a frozen layer.
        int first = int.MaxValue;
        foreach (int i in index.DynamicNodes)
        {
            var (trained, _) = NodeWeights.Of(index, index.Graph.Node[i]);
            if (trained.Any(weight => weights.Contains(weight.Name)))
            {
                first = i;
                break;
            }
        }

        string? cut = CutPoints.Find(index).LastOrDefault(point => point.NodeIndex < first).Tensor;
        return cut is not null ? (weights, cut) : throw new OnnxGraphException(
            "No single tensor separates what trains from the inputs " +
            $"({string.Join(", ", model.Inputs.Select(input => input.Name))}); freeze more of the network.");
    }

    /// <summary>The layers that train in one network.</summary>
    internal IReadOnlyList<OnnxLayer> TrainedLayers(OnnxModel model)
    {
        OnnxLayer[] backbone = [.. model.Layers.Where(layer => !layer.IsAppended)];
        return [.. backbone.Skip(_firstTrained(backbone, model)), .. model.Layers.Where(layer => layer.IsAppended)];
    }

    private static int IndexOf(string name, IReadOnlyList<OnnxLayer> layers, OnnxModel model)
    {
        var nodes = model.Proto.Graph.Node;
        for (int i = 0; i < layers.Count; i++)
        {
            if (layers[i].Name == name || layers[i].Nodes.Any(node => nodes[node].Name == name || nodes[node].Output.Contains(name)))
                return i;
        }

        string some = string.Join(", ", layers.Where(layer => layer.Weights.Count > 0).TakeLast(8).Select(layer => $"'{layer.Name}'"));
        throw new OnnxGraphException(
            $"The network has no layer '{name}'. Its last layers with weights are {some}; its summary lists all {layers.Count}.");
    }
}
