using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Gradients;

/// <summary>Resize in double precision, one axis after the other, from the formulas of the specification.</summary>
internal static class ReferenceResize
{
    public static ReferenceTensor Run(NodeProto node, ReferenceTensor[] inputs)
    {
        var x = inputs[0];
        for (int axis = 0; axis < x.Shape.Length; axis++)
        {
            bool hasSizes = inputs.Length > 3;
            double scale = hasSizes ? inputs[3].Data[axis] / x.Shape[axis] : inputs[2].Data[axis];
            long size = hasSizes ? (long)inputs[3].Data[axis] : (long)Math.Floor(x.Shape[axis] * scale);
            if (scale != 1)
                x = Along(node, x, axis, size, scale);
        }

        return x;
    }

    private static ReferenceTensor Along(NodeProto node, ReferenceTensor x, int axis, long size, double scale)
    {
        long[] shape = [.. x.Shape];
        shape[axis] = size;
        return ReferenceMovement.Build(shape, at =>
        {
            double place = Place(node.Text("coordinate_transformation_mode", "half_pixel"), at[axis], size, x.Shape[axis], scale);
            return node.Text("mode", "nearest") switch
            {
                "nearest" => Element(Nearest(node.Text("nearest_mode", "round_prefer_floor"), place)),
                "linear" => Linear(Math.Clamp(place, 0, x.Shape[axis] - 1)),
                _ => Cubic(place),
            };

            double Element(double index) =>
                ReferenceMovement.Read(x, [.. at[..axis], (long)Math.Clamp(index, 0, x.Shape[axis] - 1), .. at[(axis + 1)..]]);

            double Linear(double clamped)
            {
                double low = Math.Floor(clamped), share = clamped - low;
                return ((1 - share) * Element(low)) + (share * Element(low + 1));
            }

            double Cubic(double place)
            {
                double a = node.Float("cubic_coeff_a", -0.75f), sum = 0, weights = 0;
                for (double index = Math.Floor(place) - 1; index <= Math.Floor(place) + 2; index++)
                {
                    double d = Math.Abs(place - index);
                    double weight = d <= 1
                        ? ((a + 2) * Math.Pow(d, 3)) - ((a + 3) * Math.Pow(d, 2)) + 1
                        : (a * Math.Pow(d, 3)) - (5 * a * Math.Pow(d, 2)) + (8 * a * d) - (4 * a);
                    if (node.Int("exclude_outside", 0) != 0 && (index < 0 || index >= x.Shape[axis]))
                        continue;
                    weights += weight;
                    sum += weight * Element(index);
                }

                return sum / weights;
            }
        });
    }

    private static double Place(string mode, long output, long outputs, long inputs, double scale) => mode switch
    {
        "align_corners" => outputs == 1 ? 0 : output * (inputs - 1.0) / (outputs - 1),
        "asymmetric" => output / scale,
        "pytorch_half_pixel" => outputs == 1 ? 0 : ((output + 0.5) / scale) - 0.5,
        "half_pixel_symmetric" => (inputs / 2.0 * (1 - (outputs / (scale * inputs)))) + ((output + 0.5) / scale) - 0.5,
        _ => ((output + 0.5) / scale) - 0.5,
    };

    private static double Nearest(string mode, double place) => mode switch
    {
        "floor" => Math.Floor(place),
        "ceil" => Math.Ceiling(place),
        "round_prefer_ceil" => Math.Floor(place + 0.5),
        _ => Math.Ceiling(place - 0.5),
    };
}
