using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Gradients;

/// <summary>
/// Computes the forward operators in double precision with plain loops, straight from the ONNX specification. It is what gradients are
/// judged by: ONNX Runtime has no double kernels for convolution and pooling, and central differences in single precision are too coarse.
/// </summary>
internal static partial class ReferenceInterpreter
{
    private static readonly Dictionary<string, Func<double, double>> Unary = new()
    {
        ["Abs"] = Math.Abs,
        ["Acos"] = Math.Acos,
        ["Acosh"] = Math.Acosh,
        ["Asin"] = Math.Asin,
        ["Asinh"] = Math.Asinh,
        ["Atan"] = Math.Atan,
        ["Atanh"] = Math.Atanh,
        ["Ceil"] = Math.Ceiling,
        ["Cos"] = Math.Cos,
        ["Cosh"] = Math.Cosh,
        ["Erf"] = Erf,
        ["Exp"] = Math.Exp,
        ["Floor"] = Math.Floor,
        ["HardSwish"] = x => x * Math.Clamp((x / 6) + 0.5, 0, 1),
        ["Log"] = Math.Log,
        ["Mish"] = x => x * Math.Tanh(Math.Log(1 + Math.Exp(x))),
        ["Neg"] = x => -x,
        ["Reciprocal"] = x => 1 / x,
        ["Relu"] = x => Math.Max(x, 0),
        ["Sigmoid"] = x => 1 / (1 + Math.Exp(-x)),
        ["Sign"] = x => Math.Sign(x),
        ["Sin"] = Math.Sin,
        ["Sinh"] = Math.Sinh,
        ["Softplus"] = x => Math.Log(1 + Math.Exp(x)),
        ["Softsign"] = x => x / (1 + Math.Abs(x)),
        ["Sqrt"] = Math.Sqrt,
        ["Tan"] = Math.Tan,
        ["Tanh"] = Math.Tanh,
    };

    private static readonly Dictionary<string, Func<double, double, double>> Binary = new()
    {
        ["Add"] = (a, b) => a + b,
        ["Div"] = (a, b) => a / b,
        ["Greater"] = (a, b) => a > b ? 1 : 0,
        ["Max"] = Math.Max,
        ["Min"] = Math.Min,
        ["Mod"] = (a, b) => a % b,
        ["Mul"] = (a, b) => a * b,
        ["Pow"] = Math.Pow,
        ["PRelu"] = (a, b) => a < 0 ? a * b : a,
        ["Sub"] = (a, b) => a - b,
        ["Sum"] = (a, b) => a + b,
    };

    /// <summary>Computes every node, adding its outputs to the values.</summary>
    public static void Run(IEnumerable<NodeProto> nodes, Dictionary<string, ReferenceTensor> values)
    {
        foreach (var node in nodes)
        {
            var inputs = node.Input.Select(name => name.Length == 0 ? null : values[name]).ToArray();
            var outputs = Run(node, inputs!);
            for (int i = 0; i < Math.Min(outputs.Length, node.Output.Count); i++)
                values[node.Output[i]] = outputs[i];
        }
    }

    private static ReferenceTensor[] Run(NodeProto node, ReferenceTensor[] inputs)
    {
        if (Unary.TryGetValue(node.OpType, out var unary))
            return [Map(inputs[0], unary)];
        if (Binary.TryGetValue(node.OpType, out var binary))
            return [inputs.Aggregate((a, b) => Map(a, b, binary))];
        if (Operators.TryGetValue(node.OpType, out var function))
            return [function(node, inputs)];
        var x = inputs.Length > 0 ? inputs[0] : null!;
        int rank = x?.Shape.Length ?? 0;
        if (Reductions.TryGetValue(node.OpType, out var reduction))
        {
            int[] axes = inputs.Length > 1 ? [.. inputs[1].Data.Select(a => Axis((long)a, rank))] : [.. Enumerable.Range(0, rank)];
            return [ReferenceShapes.Reduce(x!, axes, node.Int("keepdims", 1) != 0, reduction)];
        }

        switch (node.OpType)
        {
            case "AveragePool" or "MaxPool":
                return [ReferenceWindows.Pool(node, x!)];
            case "BatchNormalization":
                return [ReferenceNormalization.Batch(node, inputs)];
            case "Clip":
                double low = inputs.Length > 1 && inputs[1] is { } l ? l.Data[0] : double.NegativeInfinity;
                double high = inputs.Length > 2 && inputs[2] is { } h ? h.Data[0] : double.PositiveInfinity;
                return [Map(x!, v => Math.Min(Math.Max(v, low), high))];
            case "Concat":
                return [ReferenceShapes.Concat(inputs, Axis(node.Int("axis", 0), rank))];
            case "Constant":
                return [ReferenceTensor.Of(ConstantTensor.ContentOf(node)!)];
            case "ConstantOfShape":
                return [ReferenceTensor.Fill(x!.ToInt64(), node.Find("value") is { } value ? ReferenceTensor.Of(value.T).Data[0] : 0)];
            case "Conv":
                return [ReferenceWindows.Conv(node, x!, inputs[1], inputs.Length > 2 ? inputs[2] : null)];
            case "Dropout" or "Identity":
                return [x!];
            case "Elu":
                return [Map(x!, v => v >= 0 ? v : node.Float("alpha", 1) * (Math.Exp(v) - 1))];
            case "Expand":
                return [Map(x!, ReferenceTensor.Fill(inputs[1].ToInt64(), 1), (a, _) => a)];
            case "Flatten":
                int flat = Axis(node.Int("axis", 1), rank);
                return [x!.WithShape(ReferenceTensor.Count(x.Shape.AsSpan(0, flat)), ReferenceTensor.Count(x.Shape.AsSpan(flat)))];
            case "Gelu":
                return [Map(x!, node.Text("approximate", "none") == "tanh" ? GeluTanh : v => 0.5 * v * (1 + Erf(v / Math.Sqrt(2))))];
            case "Gemm":
                return [ReferenceMatrices.Gemm(node, inputs)];
            case "GlobalAveragePool":
                return [ReferenceShapes.Reduce(x!, [.. Enumerable.Range(2, rank - 2)], true, span => span.Average())];
            case "GlobalMaxPool":
                return [ReferenceShapes.Reduce(x!, [.. Enumerable.Range(2, rank - 2)], true, span => span.Max())];
            case "HardSigmoid":
                return [Map(x!, v => Math.Clamp((node.Float("alpha", 0.2f) * v) + node.Float("beta", 0.5f), 0, 1))];
            case "LayerNormalization":
                return ReferenceNormalization.Layer(node, inputs);
            case "LeakyRelu":
                return [Map(x!, v => v >= 0 ? v : node.Float("alpha", 0.01f) * v)];
            case "LogSoftmax" or "Softmax":
                return [ReferenceNormalization.Softmax(x!, Axis(node.Int("axis", -1), rank), node.OpType == "LogSoftmax")];
            case "LRN":
                return [ReferenceNormalization.LocalResponse(node, x!)];
            case "MatMul":
                return [ReferenceMatrices.MatMul(x!, inputs[1])];
            case "Pad":
                return [ReferenceShapes.Pad(node, inputs)];
            case "Reshape" or "Squeeze" or "Unsqueeze":
                return [ReferenceShapes.Reshape(node, x!, inputs.Length > 1 ? inputs[1].ToInt64() : null)];
            case "Shape":
                return [new ReferenceTensor([rank], [.. x!.Shape.Select(size => (double)size)])];
            case "Slice":
                return [ReferenceShapes.Slice(inputs)];
            case "Split":
                return ReferenceShapes.Split(node, inputs);
            case "TopK":
                return ReferenceShapes.TopK(node, inputs);
            case "Transpose":
                return [ReferenceShapes.Transpose(x!, node.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(a => (long)a)])];
            case "Where":
                var chosen = Map(x!, inputs[1], (c, a) => c != 0 ? a : double.NaN);
                return [Map(chosen, inputs[2], (a, b) => double.IsNaN(a) ? b : a)];
            default:
                throw new NotSupportedException(node.OpType);
        }
    }

    public static int Axis(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);

    public static ReferenceTensor Map(ReferenceTensor x, Func<double, double> function) => new(x.Shape, [.. x.Data.Select(function)]);

    public static ReferenceTensor Map(ReferenceTensor a, ReferenceTensor b, Func<double, double, double> function)
    {
        int rank = Math.Max(a.Shape.Length, b.Shape.Length);
        long[] shape = new long[rank];
        for (int i = 1; i <= rank; i++)
        {
            long left = i <= a.Shape.Length ? a.Shape[^i] : 1, right = i <= b.Shape.Length ? b.Shape[^i] : 1;
            shape[^i] = left == 1 ? right : left;
        }

        if (a.Data.Length == b.Data.Length && a.Data.Length == ReferenceTensor.Count(shape))
            return new ReferenceTensor(shape, [.. a.Data.Zip(b.Data, function)]);
        var offsets = ReferenceTensor.Walk(shape, a.BroadcastStrides(rank)).Zip(ReferenceTensor.Walk(shape, b.BroadcastStrides(rank)));
        return new ReferenceTensor(shape, [.. offsets.Select(pair => function(a.Data[pair.First], b.Data[pair.Second]))]);
    }

    /// <summary>The error function by its Maclaurin series (small arguments) and a continued fraction (large), to full precision.</summary>
    private static double Erf(double x)
    {
        double z = Math.Abs(x), result;
        if (z < 3)
        {
            double term = z, sum = z;
            for (int n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum) && n < 200; n++)
            {
                term *= -z * z / n;
                sum += term / ((2 * n) + 1);
            }

            result = 2 / Math.Sqrt(Math.PI) * sum;
        }
        else
        {
            double fraction = 0;
            for (int n = 60; n >= 1; n--)
                fraction = n / 2.0 / (z + fraction);
            result = 1 - (Math.Exp(-z * z) / ((z + fraction) * Math.Sqrt(Math.PI)));
        }

        return Math.CopySign(result, x);
    }

    private static double GeluTanh(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));
}
