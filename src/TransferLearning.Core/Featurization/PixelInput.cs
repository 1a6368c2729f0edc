using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// Lets a network take pixels, of a byte for each channel, and normalise them itself: a device then gets a quarter of the bytes, and the
/// copy to it is what limits featurizing there (docs/devices.md). The numbers that the network sees are the same, to the last digit.
/// </summary>
internal static class PixelInput
{
    private const TensorProto.Types.DataType Pixel = TensorProto.Types.DataType.Uint8;
    private const TensorProto.Types.DataType Number = TensorProto.Types.DataType.Float;

    /// <summary>The network with another input.</summary>
    /// <param name="model">A network that takes normalised images.</param>
    /// <param name="preprocessing">How images become its input.</param>
    /// <returns>
    /// The changed network, or null where it has to get numbers: its one input is not that of such images, or they are padded with the mean
    /// colour, which no byte is.
    /// </returns>
    public static OnnxModel? Apply(OnnxModel model, ImagePreprocessing preprocessing)
    {
        if (preprocessing.Resize == ImageResizeMode.Pad || model.Inputs is not [var input] || !Fits(input, preprocessing))
            return null;
        var copy = model.Copy();
        var graph = new GraphBuilder(copy.Graph, "pixels/") { Opset = model.OpsetVersion };
        int before = copy.Graph.Node.Count;
        string pixels = graph.Unique("input");
        long[] channels = preprocessing.Layout == TensorLayout.Nchw ? [3, 1, 1] : [3];
        var (mean, deviation) = (preprocessing.Mean, preprocessing.StandardDeviation);
        string means = graph.Initializer(graph.Unique("mean"), [mean.X, mean.Y, mean.Z], channels);
        string scales = graph.Initializer(graph.Unique("scale"), [1 / deviation.X, 1 / deviation.Y, 1 / deviation.Z], channels);
        string numbers = graph.Add("Cast", [pixels], GraphBuilder.Attribute("to", (long)Number));
        graph.AddNamed(input.Name, "Mul", [graph.Add("Sub", [numbers, means]), scales]);

        // Nodes stand behind what they read.
        var added = copy.Graph.Node.Skip(before).ToArray();
        for (int i = 0; i < added.Length; i++)
        {
            copy.Graph.Node.RemoveAt(before + i);
            copy.Graph.Node.Insert(i, added[i]);
        }

        var declared = copy.Graph.Input.Single(value => value.Name == input.Name);
        declared.Name = pixels;
        declared.Type.TensorType.ElemType = (int)Pixel;
        GraphPruning.DropDead(copy.Graph);
        return new OnnxModel(copy);
    }

    private static bool Fits(OnnxTensorInfo input, ImagePreprocessing preprocessing)
    {
        long[] shape = ImageNetwork.ShapeFor(preprocessing);
        if (input.ElementType != OnnxElementType.Float || input.Dimensions.Count != shape.Length)
            return false;
        for (int i = 0; i < shape.Length; i++)
        {
            if (input.Dimensions[i] is { } size && size != shape[i])
                return false;
        }

        return true;
    }
}
