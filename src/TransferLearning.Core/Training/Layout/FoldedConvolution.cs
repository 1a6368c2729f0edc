using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>Writes a convolution over a folded batch, where one of the forms that keep the images apart applies.</summary>
internal static class FoldedConvolution
{
    /// <summary>Up to this many pairs of places a strided depthwise convolution is written as a matrix.</summary>
    private const long MostPairs = 16_384;

    /// <summary>Appends the convolution.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="shapes">Gets the shapes of new tensors.</param>
    /// <param name="node">The convolution.</param>
    /// <param name="geometry">Its geometry.</param>
    /// <param name="shape">The shape [N, C, H, W] of its input.</param>
    /// <param name="fold">Folds the input; called only if the convolution is written.</param>
    /// <param name="forAccelerator">
    /// Whether a graphics card runs it, which is faster with a strided depthwise convolution in the original layout: in half precision an
    /// H100 took 50 ms for one as a matrix of places.
    /// </param>
    /// <returns>The folded output, or null where none of the forms applies.</returns>
    public static FoldedTensor? Write(
        GraphBuilder graph,
        IDictionary<string, long[]> shapes,
        NodeProto node,
        WindowGeometry geometry,
        long[] shape,
        Func<FoldedTensor> fold,
        bool forAccelerator)
    {
        long[] shapeW = shapes[node.Input[1]], output = shapes[node.Output[0]];
        long group = node.Int("group", 1);
        if (geometry.Strides.All(stride => stride == 1))
            return Slide(graph, shapes, node, geometry, fold(), output);
        if (geometry.Kernel.All(k => k == 1) && geometry.Pads.All(pad => pad == 0))
            return Slide(graph, shapes, node, geometry, Thinned(graph, shapes, fold(), geometry), output);
        if (forAccelerator || group != shape[1] || shapeW[0] != group)
            return null;
        if (shape[2] * shape[3] * output[2] * output[3] <= MostPairs)
            return AsPlaceMatrix(graph, shapes, node, geometry, fold(), output);
        return PhaseConvolution.Fits(geometry) ? PhaseConvolution.Write(graph, shapes, node, geometry, fold(), output) : null;
    }

    /// <summary>
    /// Without stride: the same convolution over the wide image. A step of one column there is a step of one image, so the dilation
    /// along the rows is N, and the padding N columns for one.
    /// </summary>
    private static FoldedTensor Slide(
        GraphBuilder graph, IDictionary<string, long[]> shapes, NodeProto node, WindowGeometry geometry, FoldedTensor x, long[] output)
    {
        long n = x.Images;
        bool isPointwise = geometry.Kernel.All(k => k == 1) && geometry.Pads.All(pad => pad == 0);
        long[] view = isPointwise
            ? [1, output[1], output[2] * output[3], n]
            : [1, output[1], output[2], output[3] * n];
        string y = graph.Add(
            "Conv",
            [x.View(isPointwise ? x.ByPlace : x.Wide), .. node.Input.Skip(1)],
            GraphBuilder.Attribute("kernel_shape", geometry.Kernel),
            GraphBuilder.Attribute("dilations", isPointwise ? [1, 1] : [geometry.Dilations[0], geometry.Dilations[1] * n]),
            GraphBuilder.Attribute(
                "pads", geometry.PadsBegin[0], geometry.PadsBegin[1] * n, geometry.PadsEnd[0], geometry.PadsEnd[1] * n),
            GraphBuilder.Attribute("group", node.Int("group", 1)));
        return new FoldedTensor(graph, shapes, y, view, output);
    }

    /// <summary>The places that a strided 1×1 convolution reads; all others are dropped first.</summary>
    private static FoldedTensor Thinned(GraphBuilder graph, IDictionary<string, long[]> shapes, FoldedTensor x, WindowGeometry geometry)
    {
        long[] view = [x.Channels, geometry.Output[0], geometry.Output[1], x.Images];
        string y = graph.Slice(
            x.View(x.Channels, geometry.Input[0], geometry.Input[1], x.Images), [0, 0], geometry.Input, [1, 2], geometry.Strides);
        return new FoldedTensor(graph, shapes, y, view, [x.Images, x.Channels, .. geometry.Output]);
    }

    /// <summary>
    /// With stride, where steps along the rows cannot tell places from images: the convolution as a matrix [output places, input places]
    /// for each channel, made from the kernel by a product with zeros and ones, and applied as a 1×1 convolution whose groups are the
    /// channels and whose channels are the places.
    /// </summary>
    private static FoldedTensor AsPlaceMatrix(
        GraphBuilder graph, IDictionary<string, long[]> shapes, NodeProto node, WindowGeometry geometry, FoldedTensor x, long[] output)
    {
        long places = output[2] * output[3], channels = x.Channels, elements = geometry.Kernel[0] * geometry.Kernel[1];
        float[] byPlaces = PlaceProducts.Connections(geometry);
        string connections = graph.Initializer(
            graph.Unique("connections"), ConstantMatrix.Transposed(byPlaces, places * x.Places), [elements, places * x.Places]);
        string kernel = Named(graph.Reshape(node.Input[1], channels, elements), channels, elements);
        string matrix = Named(graph.MatMul(kernel, connections), channels, places * x.Places);
        var inputs = new List<string>
        {
            x.View(x.PlacesAsChannels),
            Named(graph.Reshape(matrix, channels * places, x.Places, 1, 1), channels * places, x.Places, 1, 1),
        };
        if (node.Input.Count > 2 && node.Input[2].Length > 0)
        {
            string column = Named(graph.Reshape(node.Input[2], channels, 1), channels, 1);
            string bias = Named(graph.Expand(column, [channels, places]), channels, places);
            inputs.Add(Named(graph.Reshape(bias, channels * places), channels * places));
        }

        string y = graph.Add("Conv", [.. inputs], GraphBuilder.Attribute("kernel_shape", 1, 1), GraphBuilder.Attribute("group", channels));
        return new FoldedTensor(graph, shapes, y, [1, channels * places, 1, x.Images], output);

        string Named(string name, params long[] shape)
        {
            shapes[name] = shape;
            return name;
        }
    }
}
