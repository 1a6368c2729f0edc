namespace TransferLearning;

/// <summary>The weights of Resize along one axis, as ONNX Runtime computes them: in single precision, which decides ties.</summary>
internal sealed record Interpolation(string Mode, string Coordinates, string Rounding, float Cubic, bool ExcludesOutside)
{
    /// <summary>Reads the attributes of a Resize node.</summary>
    public static Interpolation Of(GradientScope scope)
    {
        var interpolation = new Interpolation(
            scope.String("mode", "nearest"),
            scope.String("coordinate_transformation_mode", "half_pixel"),
            scope.String("nearest_mode", "round_prefer_floor"),
            scope.Float("cubic_coeff_a", -0.75f),
            scope.Int("exclude_outside", 0) != 0);
        if (scope.Int("antialias", 0) != 0)
            throw scope.Unsupported("resizing with antialias has no gradient here");
        return interpolation.Coordinates == "tf_crop_and_resize"
            ? throw scope.Unsupported("resizing with coordinates tf_crop_and_resize has no gradient here")
            : interpolation;
    }

    /// <summary>Row-major [outputs, inputs]: the share of each input in each output.</summary>
    public float[] Matrix(long outputs, long inputs, float scale)
    {
        float[] matrix = new float[outputs * inputs];
        for (long output = 0; output < outputs; output++)
        {
            var row = matrix.AsSpan((int)(output * inputs), (int)inputs);
            float x = Source(output, outputs, inputs, scale);
            switch (Mode)
            {
                case "nearest":
                    row[(int)Math.Clamp(Nearest(x), 0, inputs - 1)] = 1;
                    break;
                case "linear":
                    x = Math.Clamp(x, 0, inputs - 1);
                    int low = (int)x;
                    row[low] += 1 - (x - low);
                    row[(int)Math.Min(low + 1, inputs - 1)] += x - low;
                    break;
                default:
                    AddCubic(row, x);
                    break;
            }
        }

        return matrix;
    }

    /// <summary>Where an output lies among the inputs.</summary>
    private float Source(long output, long outputs, long inputs, float scale) => Coordinates switch
    {
        "asymmetric" => output / scale,
        "align_corners" => outputs == 1 ? 0 : (float)output * (inputs - 1) / (outputs - 1),
        "pytorch_half_pixel" => outputs == 1 ? 0 : ((output + 0.5f) / scale) - 0.5f,
        "tf_half_pixel_for_nn" => (output + 0.5f) / scale,
        "half_pixel_symmetric" => (inputs / 2f * (1 - (outputs / (scale * inputs)))) + ((output + 0.5f) / scale) - 0.5f,
        _ => ((output + 0.5f) / scale) - 0.5f,
    };

    private long Nearest(float x) => (long)(Rounding switch
    {
        "floor" => MathF.Floor(x),
        "ceil" => MathF.Ceiling(x),
        "round_prefer_ceil" => MathF.Floor(x + 0.5f),
        _ => MathF.Ceiling(x - 0.5f),
    });

    /// <summary>Four neighbours, weighted by Keys' cubic convolution (1981); places outside repeat the border.</summary>
    private void AddCubic(Span<float> row, float x)
    {
        int first = (int)MathF.Floor(x) - 1;
        Span<float> weights = stackalloc float[4];
        float sum = 0;
        for (int tap = 0; tap < 4; tap++)
        {
            float d = MathF.Abs(x - (first + tap));
            weights[tap] = d <= 1
                ? (((((Cubic + 2) * d) - (Cubic + 3)) * d) * d) + 1
                : (((((Cubic * d) - (5 * Cubic)) * d) + (8 * Cubic)) * d) - (4 * Cubic);
            if (ExcludesOutside && (first + tap < 0 || first + tap >= row.Length))
                weights[tap] = 0;
            sum += weights[tap];
        }

        for (int tap = 0; tap < 4; tap++)
            row[Math.Clamp(first + tap, 0, row.Length - 1)] += ExcludesOutside ? weights[tap] / sum : weights[tap];
    }
}
