using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Gradients;

/// <summary>GridSample in two dimensions.</summary>
internal static class ReferenceGrid
{
    public static ReferenceTensor Sample(NodeProto node, ReferenceTensor[] inputs)
    {
        var (x, grid) = (inputs[0], inputs[1]);
        long[] shape = [x.Shape[0], x.Shape[1], grid.Shape[1], grid.Shape[2]];
        var y = ReferenceTensor.Fill(shape, 0);
        int at = 0;
        foreach (long[] place in ReferenceMovement.All(shape))
        {
            long start = ((((place[0] * shape[2]) + place[2]) * shape[3]) + place[3]) * 2;
            var columns = Neighbours(node, grid.Data[start], x.Shape[3]);
            foreach (var (row, rowWeight) in Neighbours(node, grid.Data[start + 1], x.Shape[2]))
            {
                foreach (var (column, weight) in columns)
                    y.Data[at] += rowWeight * weight * ReferenceMovement.Read(x, [place[0], place[1], row, column]);
            }

            at++;
        }

        return y;
    }

    private static List<(long Index, double Weight)> Neighbours(NodeProto node, double number, long size)
    {
        bool aligned = node.Int("align_corners", 0) != 0;
        string mode = node.Text("mode", "linear"), padding = node.Text("padding_mode", "zeros");
        double place = aligned ? (number + 1) / 2 * (size - 1) : (((number + 1) * size) - 1) / 2;
        double low = aligned ? 0 : -0.5, high = aligned ? size - 1 : size - 0.5;
        if (mode == "nearest")
            place = Math.Round(place);
        if (mode != "cubic" && (place < low || place > high))
            place = padding == "border" ? Math.Clamp(place, 0, size - 1) : padding == "reflection" ? Reflect(place, low, high) : place;
        long first = (long)Math.Floor(place);
        double t = place - first;
        double[] weights = mode switch
        {
            "nearest" => [1],
            "linear" => [1 - t, t],
            _ => [Far(t + 1), Near(t), Near(1 - t), Far(2 - t)],
        };
        var read = new List<(long, double)>();
        for (int i = 0; i < weights.Length; i++)
        {
            long index = first + i - (weights.Length == 4 ? 1 : 0);
            if (padding == "zeros" && (index < 0 || index >= size))
                continue;
            double inside = padding == "reflection" ? Reflect(index, low, high) : index;
            read.Add(((long)Math.Clamp(Math.Round(inside), 0, size - 1), weights[i]));
        }

        return read;

        static double Near(double d) => (((1.25 * d) - 2.25) * d * d) + 1;
        static double Far(double d) => (((((-0.75 * d) + 3.75) * d) - 6) * d) + 3;
    }

    private static double Reflect(double x, double low, double high)
    {
        double range = high - low, rest = (x - low) % (2 * range);
        rest = rest < 0 ? rest + (2 * range) : rest;
        return low + (rest <= range ? rest : (2 * range) - rest);
    }
}
