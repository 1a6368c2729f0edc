using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Gradients;

/// <summary>Normalizing operators in double precision.</summary>
internal static class ReferenceNormalization
{
    public static ReferenceTensor Batch(NodeProto node, ReferenceTensor[] inputs)
    {
        var x = inputs[0];
        double epsilon = node.Float("epsilon", 1e-5f);
        long places = ReferenceTensor.Count(x.Shape.AsSpan(2));
        if (node.Int("training_mode", 0) != 0)
        {
            x = Normalize(x, [.. Enumerable.Range(0, x.Shape.Length).Where(axis => axis != 1)], epsilon).Normalized;
            inputs = [x, inputs[1], inputs[2], ReferenceTensor.Fill([x.Shape[1]], 0), ReferenceTensor.Fill([x.Shape[1]], 1 - epsilon)];
        }

        return new ReferenceTensor(x.Shape, [.. x.Data.Select((v, i) =>
        {
            long c = i / places % x.Shape[1];
            return (inputs[1].Data[c] * (v - inputs[3].Data[c]) / Math.Sqrt(inputs[4].Data[c] + epsilon)) + inputs[2].Data[c];
        })]);
    }

    public static ReferenceTensor[] Layer(NodeProto node, ReferenceTensor[] inputs)
    {
        int axis = ReferenceInterpreter.Axis(node.Int("axis", -1), inputs[0].Shape.Length);
        int[] axes = [.. Enumerable.Range(axis, inputs[0].Shape.Length - axis)];
        var (normalized, mean, inverse) = Normalize(inputs[0], axes, node.Float("epsilon", 1e-5f));
        var y = ReferenceInterpreter.Map(normalized, inputs[1], (v, scale) => v * scale);
        return [inputs.Length > 2 ? ReferenceInterpreter.Map(y, inputs[2], (v, bias) => v + bias) : y, mean, inverse];
    }

    public static ReferenceTensor RootMeanSquare(NodeProto node, ReferenceTensor[] inputs)
    {
        int axis = ReferenceInterpreter.Axis(node.Int("axis", -1), inputs[0].Shape.Length);
        var square = ReferenceShapes.Reduce(
            inputs[0], [.. Enumerable.Range(axis, inputs[0].Shape.Length - axis)], true, v => v.Average(value => value * value));
        var normalized = ReferenceInterpreter.Map(inputs[0], square, (v, s) => v / Math.Sqrt(s + node.Float("epsilon", 1e-5f)));
        return ReferenceInterpreter.Map(normalized, inputs[1], (v, scale) => v * scale);
    }

    /// <summary>Instance normalization is group normalization with as many groups as channels.</summary>
    public static ReferenceTensor Group(NodeProto node, ReferenceTensor[] inputs, long groups)
    {
        var x = inputs[0];
        long places = ReferenceTensor.Count(x.Shape.AsSpan(2));
        var rows = x.WithShape(x.Shape[0], groups, x.Data.Length / (x.Shape[0] * groups));
        var normalized = Normalize(rows, [2], node.Float("epsilon", 1e-5f)).Normalized;
        return new ReferenceTensor(x.Shape, [.. normalized.Data.Select((v, i) =>
            (v * inputs[1].Data[i / places % x.Shape[1]]) + inputs[2].Data[i / places % x.Shape[1]])]);
    }

    public static ReferenceTensor MeanVariance(NodeProto node, ReferenceTensor[] inputs) =>
        Normalize(inputs[0], [.. (node.Ints("axes") ?? [0, 2, 3]).Select(axis => (int)axis)], 0).Normalized;

    public static ReferenceTensor Lp(NodeProto node, ReferenceTensor[] inputs)
    {
        int axis = ReferenceInterpreter.Axis(node.Int("axis", -1), inputs[0].Shape.Length);
        var norm = ReferenceShapes.Reduce(inputs[0], [axis], true, v => ReferenceInterpreter.Norm(v, node.Int("p", 2)));
        return ReferenceInterpreter.Map(inputs[0], norm, (v, n) => v / n);
    }

    private static (ReferenceTensor Normalized, ReferenceTensor Mean, ReferenceTensor Inverse) Normalize(
        ReferenceTensor x, int[] axes, double epsilon)
    {
        var mean = ReferenceShapes.Reduce(x, axes, true, v => v.Average());
        var centered = ReferenceInterpreter.Map(x, mean, (v, m) => v - m);
        var inverse = ReferenceShapes.Reduce(centered, axes, true, v => 1 / Math.Sqrt(v.Average(value => value * value) + epsilon));
        return (ReferenceInterpreter.Map(centered, inverse, (v, r) => v * r), mean, inverse);
    }

    public static ReferenceTensor Softmax(ReferenceTensor x, int axis, bool log)
    {
        var max = ReferenceShapes.Reduce(x, [axis], true, v => v.Max());
        var shifted = ReferenceInterpreter.Map(x, max, (a, m) => a - m);
        var sum = ReferenceShapes.Reduce(ReferenceInterpreter.Map(shifted, Math.Exp), [axis], true, v => v.Sum());
        var result = ReferenceInterpreter.Map(shifted, sum, (a, s) => a - Math.Log(s));
        return log ? result : ReferenceInterpreter.Map(result, Math.Exp);
    }

    public static ReferenceTensor LocalResponse(NodeProto node, ReferenceTensor x)
    {
        long size = node.Int("size", 1), channels = x.Shape[1], places = ReferenceTensor.Count(x.Shape.AsSpan(2));
        double alpha = node.Float("alpha", 1e-4f), beta = node.Float("beta", 0.75f), bias = node.Float("bias", 1);
        return new ReferenceTensor(x.Shape, [.. x.Data.Select((v, i) =>
        {
            long c = i / places % channels;
            double sum = 0;
            for (long j = Math.Max(0, c - ((size - 1) / 2)); j <= Math.Min(channels - 1, c + (size / 2)); j++)
                sum += Math.Pow(x.Data[i + ((j - c) * places)], 2);
            return v / Math.Pow(bias + (alpha / size * sum), beta);
        })]);
    }
}
