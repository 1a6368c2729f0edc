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
        return new ReferenceTensor(x.Shape, [.. x.Data.Select((v, i) =>
        {
            long c = i / places % x.Shape[1];
            return (inputs[1].Data[c] * (v - inputs[3].Data[c]) / Math.Sqrt(inputs[4].Data[c] + epsilon)) + inputs[2].Data[c];
        })]);
    }

    public static ReferenceTensor Layer(NodeProto node, ReferenceTensor[] inputs)
    {
        var x = inputs[0];
        int axis = ReferenceInterpreter.Axis(node.Int("axis", -1), x.Shape.Length);
        int run = (int)ReferenceTensor.Count(x.Shape.AsSpan(axis));
        double epsilon = node.Float("epsilon", 1e-5f);
        double[] y = new double[x.Data.Length];
        for (int start = 0; start < y.Length; start += run)
        {
            var row = x.Data.AsSpan(start, run).ToArray();
            double mean = row.Average(), variance = row.Average(v => (v - mean) * (v - mean));
            for (int i = 0; i < run; i++)
                y[start + i] = ((row[i] - mean) / Math.Sqrt(variance + epsilon) * inputs[1].Data[i]) + (inputs.Length > 2 ? inputs[2].Data[i] : 0);
        }

        return new ReferenceTensor(x.Shape, y);
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
