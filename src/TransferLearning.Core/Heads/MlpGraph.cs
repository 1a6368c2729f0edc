using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>The network that an <see cref="MlpHead"/> is trained as, on standardised features.</summary>
internal static class MlpGraph
{
    public const string Input = "features";
    public const string HiddenWeight = "mlp/hidden_weight";
    public const string HiddenBias = "mlp/hidden_bias";
    public const string Scale = "mlp/scale";
    public const string Shift = "mlp/shift";
    public const string RunningMean = "mlp/running_mean";
    public const string RunningVariance = "mlp/running_variance";
    public const string OutputWeight = "mlp/output_weight";
    public const string OutputBias = "mlp/output_bias";

    /// <summary>What keeps the normalisation finite, the default of ONNX.</summary>
    public const float Epsilon = 1e-5f;

    /// <summary>The network with random weights.</summary>
    public static TrainableNetwork Build(int features, int classes, MlpHeadOptions options)
    {
        int units = options.Units;
        var graph = new GraphProto { Name = "mlp" };
        var builder = new GraphBuilder(graph, "mlp/");
        builder.Input(Input, TensorProto.Types.DataType.Float, null, features);
        Zeros(HiddenWeight, units, features);
        Zeros(OutputWeight, classes, units);
        Zeros(OutputBias, classes);
        foreach (string vector in new[] { HiddenBias, Scale, Shift, RunningMean, RunningVariance })
            Zeros(vector, units);

        var transposed = GraphBuilder.Attribute("transB", 1L);
        string hidden = builder.Add("Relu", [builder.Add("Gemm", [Input, HiddenWeight, HiddenBias], transposed)]);
        string normal = builder.Add(
            "BatchNormalization", [hidden, Scale, Shift, RunningMean, RunningVariance], GraphBuilder.Attribute("epsilon", Epsilon));
        string kept = builder.Add("Dropout", [normal, builder.Scalar((float)options.Dropout)]);
        string logits = builder.Add("Gemm", [kept, OutputWeight, OutputBias], transposed);
        builder.Output(logits, TensorProto.Types.DataType.Float, null, classes);

        var model = HeInitializer.Randomize(builder.ToModel(), options.Seed);
        Parameter[] parameters =
        [
            new(HiddenWeight, [units, features], 1, Decays: true), new(OutputWeight, [classes, units], 1, Decays: true),
            new(HiddenBias, [units], 1, Decays: false), new(Scale, [units], 1, Decays: false),
            new(Shift, [units], 1, Decays: false), new(OutputBias, [classes], 1, Decays: false),
        ];
        return new TrainableNetwork(model, Input, logits, parameters, TrainsNormalization: true, Dropout: options.Dropout > 0);

        void Zeros(string name, params ReadOnlySpan<long> dimensions)
        {
            long count = 1;
            foreach (long dimension in dimensions)
                count *= dimension;
            builder.Initializer(name, new float[count], dimensions);
        }
    }
}
