using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Fuzz;

/// <summary>Small networks as exporters write them, with everything that is read from constants when a step is written.</summary>
internal static class TrainingSeeds
{
    private const int Width = 4;

    public static IReadOnlyList<byte[]> All() =>
        [.. new[] { Transformer(), Movements(), Windows(), Old(), Masks(), ModelSeeds.Constants(), ModelSeeds.Residual() }
            .Select(model => model.ToBytes())];

    /// <summary>Patches, a class token spread over the batch, an attention with a mask, the first token.</summary>
    private static OnnxModel Transformer() => ModelSeeds.Build([null, 3, 4, 4], 17, graph =>
    {
        string patches = graph.Add(
            "Conv", ["x", ModelSeeds.Weights(graph, "patch", Width, 3, 2, 2)], GraphBuilder.Attribute("strides", 2, 2));
        string tokens = graph.Transpose(graph.Reshape(patches, 0, Width, -1), 0, 2, 1);
        string batch = graph.Add("Gather", [graph.Add("Shape", [tokens]), graph.Int64s(0)]);
        string shape = graph.Concat([batch, graph.Int64s(-1, -1)], 0);
        string ones = graph.Add("ConstantOfShape", [graph.Int64s(3)], Value(Integers([1], 1)));
        shape = graph.Choose(graph.Add("Equal", [shape, graph.Int64s(-1)]), ones, shape);
        string all = graph.Concat([graph.Add("Expand", [ModelSeeds.Weights(graph, "class", 1, 1, Width), shape]), tokens], 1);
        all = graph.Plus(all, ModelSeeds.Weights(graph, "position", 1, 5, Width));
        string norm = graph.Add("LayerNormalization", [all, ModelSeeds.Weights(graph, "g", Width), ModelSeeds.Weights(graph, "b", Width)]);
        string[] parts = graph.AddMany(
            "Split", [graph.MatMul(norm, ModelSeeds.Weights(graph, "qkv", Width, 3 * Width)), graph.Int64s(Width, Width, Width)], 3,
            GraphBuilder.Attribute("axis", 2L));
        string scores = graph.Over(graph.MatMul(parts[0], graph.Transpose(parts[1], 0, 2, 1)), graph.Scalar(2));
        scores = graph.Plus(
            scores, graph.Add("Trilu", [graph.Initializer("mask", new float[25], [5, 5])], GraphBuilder.Attribute("upper", 1L)));
        string mixed = graph.MatMul(graph.Add("Softmax", [scores], GraphBuilder.Attribute("axis", -1L)), parts[2]);
        string first = graph.Add("Gather", [graph.Plus(all, mixed), graph.Int64(0)], GraphBuilder.Attribute("axis", 1L));
        return Dense(graph, first);
    });

    /// <summary>Slices, gathers, scatters and the like with indices of several types.</summary>
    private static OnnxModel Movements() => ModelSeeds.Build([null, Width, 4, 4], 16, graph =>
    {
        string x = graph.Times("x", ModelSeeds.Weights(graph, "scale", Width, 1, 1));
        string Thin(params int[] numbers)
        {
            var tensor = Integers([numbers.Length], [.. numbers.Select(number => (long)number)], TensorProto.Types.DataType.Int32);
            tensor.Name = graph.Unique("thin");
            graph.Graph.Initializer.Add(tensor);
            return tensor.Name;
        }

        x = graph.Add("Slice", [x, Thin(0, -1), Thin(99, -9), Thin(2, 3), Thin(2, -1)]);
        x = graph.Add("Gather", [x, Thin(1, 0, -1)], GraphBuilder.Attribute("axis", 2L));
        x = graph.Add("Pad", [x, graph.Int64s(0, 0, 1, 0, 0, 0, 0, 2)], GraphBuilder.Attribute("mode", "reflect"));
        x = graph.Add("Tile", [x, graph.Int64s(1, 1, 2, 1)]);
        x = graph.Add("GatherElements", [x, graph.Initializer("places", (ReadOnlySpan<long>)[0, 1], [1, 1, 1, 2])],
            GraphBuilder.Attribute("axis", 3L)) is var read
            ? graph.Plus(x, graph.Sum(read, [0, 1, 2, 3], keepDimensions: true)) : x;
        x = graph.AddMany("TopK", [x, graph.Int64s(3)], 2, GraphBuilder.Attribute("axis", -1L))[0];
        x = graph.Add("CumSum", [x, graph.Int64(2)]);
        x = graph.Mean(graph.Add("Unsqueeze", [x, graph.Int64s(-1)]), [2, 3, 4], keepDimensions: false);
        return Dense(graph, x);
    });

    /// <summary>Windows, resizing and normalization.</summary>
    private static OnnxModel Windows() => ModelSeeds.Build([null, 3, 6, 6], 18, graph =>
    {
        string x = graph.Add(
            "Conv", ["x", ModelSeeds.Weights(graph, "w", Width, 3, 3, 3)], GraphBuilder.Attribute("pads", 1, 1, 1, 1),
            GraphBuilder.Attribute("dilations", 1, 1));
        x = graph.Add("GroupNormalization", [x, ModelSeeds.Weights(graph, "s", 2), ModelSeeds.Weights(graph, "t", 2)],
            GraphBuilder.Attribute("num_groups", 2L));
        x = graph.Add("Resize", [x, "", graph.Initializer("scales", [1, 1, 1.5f, 2], [4])], GraphBuilder.Attribute("mode", "linear"));
        x = graph.Add("ConvTranspose", [x, ModelSeeds.Weights(graph, "v", Width, 2, 2, 2)], GraphBuilder.Attribute("strides", 2, 2),
            GraphBuilder.Attribute("group", 2L));
        x = graph.Add("MaxPool", [x], GraphBuilder.Attribute("kernel_shape", 3, 3), GraphBuilder.Attribute("ceil_mode", 1L),
            GraphBuilder.Attribute("strides", 2, 2));
        x = graph.Add("DepthToSpace", [x], GraphBuilder.Attribute("blocksize", 2L));
        x = graph.Add("Clip", [x, graph.Scalar(-1), graph.Scalar(6)]);
        x = graph.Add("AveragePool", [x], GraphBuilder.Attribute("kernel_shape", 2, 2));
        x = graph.Add("ReduceL2", [x, graph.Int64s(2, 3)], GraphBuilder.Attribute("keepdims", 0L));
        return graph.MatMul(x, ModelSeeds.Weights(graph, "dense", 1, 3));
    });

    /// <summary>Attributes that later became inputs.</summary>
    private static OnnxModel Old() => ModelSeeds.Build([1, 3, 4, 4], 9, graph =>
    {
        string x = graph.Add("Conv", ["x", ModelSeeds.Weights(graph, "w", Width, 3, 1, 1)]);
        x = graph.Add("Clip", [x], GraphBuilder.Attribute("min", 0f), GraphBuilder.Attribute("max", 6f));
        x = graph.Add("Pad", [x], GraphBuilder.Attribute("pads", 0, 0, 1, 1, 0, 0, 1, 1));
        x = graph.Add("Slice", [x], GraphBuilder.Attribute("starts", 1, 1), GraphBuilder.Attribute("ends", 5, 5),
            GraphBuilder.Attribute("axes", 2, 3));
        x = graph.Add("Upsample", [x, graph.Initializer("scales", [1f, 1, 2, 2], [4])], GraphBuilder.Attribute("mode", "nearest"));
        x = graph.Add("Softmax", [x], GraphBuilder.Attribute("axis", 2L));
        x = graph.AddMany("Split", [x], 2, GraphBuilder.Attribute("axis", 1L), GraphBuilder.Attribute("split", 1, 3))[1];
        x = graph.Add("ReduceMean", [x], GraphBuilder.Attribute("axes", 2, 3), GraphBuilder.Attribute("keepdims", 0L));
        x = graph.Add("Dropout", [graph.Add("Unsqueeze", [x], GraphBuilder.Attribute("axes", (ReadOnlySpan<long>)[2]))]);
        x = graph.Add("Squeeze", [x], GraphBuilder.Attribute("axes", (ReadOnlySpan<long>)[2]));
        return graph.MatMul(x, ModelSeeds.Weights(graph, "dense", 3, 3));
    });

    /// <summary>Masks and places made of ranges and comparisons.</summary>
    private static OnnxModel Masks() => ModelSeeds.Build([null, Width], 13, graph =>
    {
        string x =
            graph.Add("Einsum", ["x", ModelSeeds.Weights(graph, "w", Width, Width)], GraphBuilder.Attribute("equation", "bi,ij->bj"));
        string size = graph.Add("Gather", [graph.Add("Shape", [x]), graph.Int64(1)]);
        string range = graph.Add("Range", [graph.Int64(0), size, graph.Int64(1)]);
        string even = graph.Add("Equal", [graph.Add("Mod", [range, graph.Int64(2)]), graph.Int64(0)]);
        string real = graph.Add("Cast", [range], GraphBuilder.Attribute("to", 1L));
        x = graph.Choose(even, x, graph.Times(x, graph.Add("Pow", [real, graph.Int64(2)])));
        string rows = graph.Add("Transpose", [graph.Add("NonZero", [even])], GraphBuilder.Attribute("perm", 1, 0));
        string flipped = graph.Add("Transpose", [x], GraphBuilder.Attribute("perm", 1, 0));
        string read = graph.Add("GatherND", [flipped, rows]);
        string written = graph.Add("ScatterND", [flipped, rows, read]);
        return Dense(graph, graph.Add("Transpose", [written], GraphBuilder.Attribute("perm", 1, 0)));
    });

    private static string Dense(GraphBuilder graph, string x) =>
        graph.Add("Gemm", [x, ModelSeeds.Weights(graph, "dense", Width, 3), ModelSeeds.Weights(graph, "bias", 3)]);

    private static AttributeProto Value(TensorProto tensor) =>
        new() { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = tensor };

    private static TensorProto Integers(long[] shape, params long[] numbers) => Integers(shape, numbers, TensorProto.Types.DataType.Int64);

    private static TensorProto Integers(long[] shape, long[] numbers, TensorProto.Types.DataType type) =>
        HostTensor.Of((OnnxElementType)type, shape, numbers).ToProto("");
}
