using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.TestSupport;

/// <summary>
/// VGG16 in the shape in which Keras ships it, with its layer names: 138,357,544 parameters with its classifier, 14,714,688 without.
/// </summary>
internal static class VggGraph
{
    private static readonly (int Convolutions, int Maps)[] Blocks = [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)];

    /// <summary>
    /// The network without its classifier, with random weights (59 MB): <c>input_1</c> → <c>block5_pool</c> <c>[N, 512, 7, 7]</c>.
    /// </summary>
    public static OnnxModel WithoutTop(int seed = 0) => Build(new Noise(seed), includeTop: false, classes: 0);

    /// <summary>The same with weights that are declared but not stored, so that it takes no memory.</summary>
    public static OnnxModel WithoutTopOrWeights() => Build(random: null, includeTop: false, classes: 0);

    /// <summary>The whole network, <c>predictions</c> <c>[N, 1000]</c>, with weights that are declared but not stored.</summary>
    public static OnnxModel WithTopButNoWeights(int classes = 1000) => Build(random: null, includeTop: true, classes);

    private static OnnxModel Build(Noise? random, bool includeTop, int classes)
    {
        var graph = new GraphProto { Name = "vgg16" };
        var builder = new GraphBuilder(graph, "");
        string tensor = builder.Input("input_1", TensorProto.Types.DataType.Float, null, 3, 224, 224);
        int maps = 3;
        for (int block = 1; block <= Blocks.Length; block++)
        {
            var (convolutions, width) = Blocks[block - 1];
            for (int i = 1; i <= convolutions; i++, maps = width)
            {
                string name = $"block{block}_conv{i}";
                string kernel = Weight(builder, random, $"{name}/kernel", width, maps, 3, 3);
                string convolution = builder.AddNamed(
                    name, "Conv", [tensor, kernel, Weight(builder, random, $"{name}/bias", width)],
                    GraphBuilder.Attribute("kernel_shape", 3, 3), GraphBuilder.Attribute("pads", 1, 1, 1, 1));
                tensor = builder.AddNamed($"{name}/relu", "Relu", [convolution]);
            }

            tensor = builder.AddNamed(
                $"block{block}_pool", "MaxPool", [tensor],
                GraphBuilder.Attribute("kernel_shape", 2, 2), GraphBuilder.Attribute("strides", 2, 2));
        }

        if (includeTop)
        {
            tensor = builder.AddNamed("flatten", "Flatten", [tensor]);
            tensor = builder.AddNamed("fc1/relu", "Relu", [Dense(builder, random, "fc1", tensor, 512 * 7 * 7, 4096)]);
            tensor = builder.AddNamed("fc2/relu", "Relu", [Dense(builder, random, "fc2", tensor, 4096, 4096)]);
            tensor = builder.AddNamed("predictions/softmax", "Softmax", [Dense(builder, random, "predictions", tensor, 4096, classes)]);
            builder.Output(tensor, TensorProto.Types.DataType.Float, null, classes);
        }
        else
        {
            builder.Output(tensor, TensorProto.Types.DataType.Float, null, 512, 7, 7);
        }

        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 13 });
        return new OnnxModel(model);
    }

    private static string Dense(GraphBuilder builder, Noise? random, string name, string input, int inputs, int outputs)
    {
        string kernel = Weight(builder, random, $"{name}/kernel", inputs, outputs);
        return builder.AddNamed(name, "Gemm", [input, kernel, Weight(builder, random, $"{name}/bias", outputs)]);
    }

    private static string Weight(GraphBuilder builder, Noise? random, string name, params ReadOnlySpan<long> dimensions)
    {
        if (random is null)
            return builder.AddNamed(name, "ConstantOfShape", [builder.Int64s(dimensions)]);

        long count = 1, inputs = 1;
        for (int i = 0; i < dimensions.Length; i++)
        {
            count *= dimensions[i];
            inputs *= i > 0 ? dimensions[i] : 1;
        }

        // He's scale, so that activations keep their size through the layers.
        float scale = dimensions.Length > 1 ? MathF.Sqrt(6f / inputs) : 0.01f;
        float[] values = new float[count];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.Next() * scale;
        return builder.Initializer(name, values, dimensions);
    }

    /// <summary>Numbers between −1 and 1 from a linear congruential generator: fifteen million in a moment.</summary>
    private sealed class Noise(int seed)
    {
        private uint _state = (uint)seed;

        public float Next()
        {
            _state = (_state * 1664525) + 1013904223;
            return (_state >> 8) * (2f / (1 << 24)) - 1;
        }
    }
}
