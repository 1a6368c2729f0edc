using System.Numerics;
using Google.Protobuf.Collections;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.MLNet;

/// <summary>
/// Puts the normalization in front of a network, so that it takes the colours of pixels (0 to 255) as ML.NET's ExtractPixels gives them.
/// ExtractPixels itself has one offset and one scale for all channels, and most networks need one per channel.
/// </summary>
internal static class StandaloneGraph
{
    /// <summary>Whether the pixels have an alpha channel first, which is 0 in the margin of a padded image and 255 elsewhere.</summary>
    public static bool HasMargin(ImagePreprocessing preprocessing) => preprocessing.Resize == ImageResizeMode.Pad;

    /// <summary>
    /// The network with one input, the pixels of one image, and one output, its numbers as a vector.
    /// </summary>
    /// <param name="network">The network, with one input of images.</param>
    /// <param name="output">The output that is kept.</param>
    /// <param name="rowLength">How many numbers it has for each image.</param>
    /// <param name="preprocessing">Has the normalization and the order of the axes.</param>
    public static OnnxModel Create(OnnxModel network, string output, int rowLength, ImagePreprocessing preprocessing)
    {
        var withOutput = network.WithHead(output, (graph, numbers) =>
        {
            graph.AddNamed(SavedColumns.Output, "Reshape", [numbers, graph.Int64s(-1)]);
            graph.Output(SavedColumns.Output, TensorProto.Types.DataType.Float, rowLength);
            return SavedColumns.Output;
        });
        var proto = withOutput.Proto.Clone();
        string input = withOutput.Inputs[0].Name;
        int networkNodes = proto.Graph.Node.Count;
        for (int i = proto.Graph.Input.Count - 1; i >= 0; i--)
        {
            if (proto.Graph.Input[i].Name == input)
                proto.Graph.Input.RemoveAt(i);
        }

        AddNormalization(new GraphBuilder(proto.Graph, "pixels/"), input, preprocessing);

        // Nodes must come before those that read them.
        MoveToFront(proto.Graph.Node, networkNodes);
        return new OnnxModel(proto);
    }

    /// <summary>
    /// (x − mean) · (1 / deviation), in the same order as the library's preprocessing, so that the numbers are the same to the bit.
    /// </summary>
    private static void AddNormalization(GraphBuilder graph, string input, ImagePreprocessing preprocessing)
    {
        bool planar = preprocessing.Layout == TensorLayout.Nchw;
        bool margin = HasMargin(preprocessing);
        int channelAxis = planar ? 1 : 3;
        long channels = margin ? 4 : 3;
        long height = preprocessing.Height, width = preprocessing.Width;
        graph.Input(
            SavedColumns.Pixels, TensorProto.Types.DataType.Float, planar ? [1, channels, height, width] : [1, height, width, channels]);
        long[] shape = planar ? [1, 3, 1, 1] : [1, 1, 1, 3];
        string mean = graph.Initializer(graph.Unique("mean"), Channels(preprocessing.Mean), shape);
        float[] inverse = [.. Channels(preprocessing.StandardDeviation).Select(value => 1 / value)];
        string scale = graph.Initializer(graph.Unique("scale"), inverse, shape);
        string colours = margin
            ? graph.Add("Gather", [SavedColumns.Pixels, graph.Int64s(1, 2, 3)], GraphBuilder.Attribute("axis", channelAxis))
            : SavedColumns.Pixels;
        string centred = graph.Add("Sub", [colours, mean]);
        if (!margin)
        {
            graph.AddNamed(input, "Mul", [centred, scale]);
            return;
        }

        string normalized = graph.Add("Mul", [centred, scale]);
        string alpha = graph.Add("Gather", [SavedColumns.Pixels, graph.Int64s(0)], GraphBuilder.Attribute("axis", channelAxis));
        string inside = graph.Add("Div", [alpha, graph.Scalar(byte.MaxValue)]);
        graph.AddNamed(input, "Mul", [normalized, inside]);
    }

    private static float[] Channels(Vector3 values) => [values.X, values.Y, values.Z];

    private static void MoveToFront(RepeatedField<NodeProto> nodes, int first)
    {
        NodeProto[] moved = [.. nodes.Skip(first)];
        while (nodes.Count > first)
            nodes.RemoveAt(nodes.Count - 1);
        for (int i = 0; i < moved.Length; i++)
            nodes.Insert(i, moved[i]);
    }
}
