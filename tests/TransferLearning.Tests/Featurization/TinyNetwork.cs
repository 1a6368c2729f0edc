using SkiaSharp;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Featurization;

/// <summary>
/// A network that averages each colour channel, and images of one colour: features are known exactly, and tell which image they are of.
/// </summary>
internal static class TinyNetwork
{
    public const int Size = 8;

    public static ImagePreprocessing Preprocessing { get; } = new() { Width = Size, Height = Size };

    /// <summary>input [N,3,8,8] → features [N,3].</summary>
    public static OnnxModel Averages(Action<GraphProto>? change = null)
    {
        var graph = new GraphProto { Name = "averages" };
        var builder = new GraphBuilder(graph, string.Empty);
        builder.Input("input", TensorProto.Types.DataType.Float, null, 3, Size, Size);
        string pooled = builder.Add("GlobalAveragePool", ["input"]);
        builder.AddNamed("features", "Flatten", [pooled], GraphBuilder.Attribute("axis", 1));
        builder.Output("features", TensorProto.Types.DataType.Float, null, 3);
        change?.Invoke(graph);
        return Model(graph);
    }

    public static OnnxModel Model(GraphProto graph)
    {
        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = 13 });
        return new OnnxModel(model);
    }

    /// <summary>A PNG of one colour.</summary>
    public static byte[] Image(int red, int green = 0, int blue = 0, int side = Size)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(new SKColor((byte)red, (byte)green, (byte)blue));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>The image number <paramref name="index"/>: red and green hold the number.</summary>
    public static byte[] Numbered(int index, int side = Size) => Image(index % 256, index / 256, 0, side);

    /// <summary>The number of the image that gave these features.</summary>
    public static int NumberOf(ReadOnlySpan<float> features) => (int)MathF.Round(features[0]) + 256 * (int)MathF.Round(features[1]);

    /// <summary>Writes the images with the numbers 0 to <paramref name="count"/> − 1 and returns their paths.</summary>
    public static string[] WriteNumbered(string folder, int count)
    {
        string[] paths = new string[count];
        for (int i = 0; i < count; i++)
        {
            paths[i] = Path.Combine(folder, $"{i:D4}.png");
            File.WriteAllBytes(paths[i], Numbered(i));
        }

        return paths;
    }
}
