using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// A tensor [N, C, H, W] whose images have been folded into one: in memory channel by channel, place by place, and the N images innermost.
/// Several shapes describe that memory; Reshape passes from one to another without moving anything.
/// </summary>
internal sealed class FoldedTensor
{
    private readonly GraphBuilder _graph;
    private readonly IDictionary<string, long[]> _shapes;
    private readonly Dictionary<string, string> _views = new(StringComparer.Ordinal);

    /// <param name="graph">Where Reshape nodes go.</param>
    /// <param name="shapes">Gets the shape of every view.</param>
    /// <param name="name">The tensor, in the shape <paramref name="view"/>.</param>
    /// <param name="view">One of the views of <paramref name="original"/>.</param>
    /// <param name="original">The shape [N, C, H, W].</param>
    public FoldedTensor(GraphBuilder graph, IDictionary<string, long[]> shapes, string name, long[] view, long[] original)
    {
        _graph = graph;
        _shapes = shapes;
        Original = original;
        Native = view;
        Name = name;
        _shapes[name] = view;
        _views[Key(view)] = name;
    }

    /// <summary>The shape [N, C, H, W] before folding.</summary>
    public long[] Original { get; }

    /// <summary>The view that the tensor was computed in.</summary>
    public long[] Native { get; }

    /// <summary>The tensor in its native view.</summary>
    public string Name { get; }

    public long Images => Original[0];

    public long Channels => Original[1];

    public long Places => Original[2] * Original[3];

    /// <summary>[1, C, places, N]: what broadcasts along places, and what pooling over places reduces.</summary>
    public long[] ByPlace => [1, Channels, Places, Images];

    /// <summary>[1, C, H, W·N]: one wide image, what convolutions slide over, with dilation N along its rows.</summary>
    public long[] Wide => [1, Channels, Original[2], Original[3] * Images];

    /// <summary>
    /// [1, C·places, 1, N]: every place a channel, what a depthwise convolution written as a grouped matrix product reads.
    /// </summary>
    public long[] PlacesAsChannels => [1, Channels * Places, 1, Images];

    /// <summary>The tensor in another shape.</summary>
    public string View(params long[] shape)
    {
        if (_views.TryGetValue(Key(shape), out string? name))
            return name;
        name = _graph.Reshape(Name, shape);
        _shapes[name] = shape;
        return _views[Key(shape)] = name;
    }

    private static string Key(long[] shape) => string.Join(',', shape);
}
