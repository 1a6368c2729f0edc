namespace TransferLearning;

/// <summary>The input of a table of weights: one axis of an image, its new size, and the needed range of new pixels.</summary>
internal readonly record struct ResampleAxis(
    int Size, double ContentStart, double ContentEnd, int ResizedSize, int First, int Count, ImageInterpolation Interpolation)
    : ITableSource<ResampleTable>
{
    /// <inheritdoc/>
    public int Hash => GetHashCode();

    /// <inheritdoc/>
    public bool IsOf(ResampleTable table) => table.Axis == this;

    /// <inheritdoc/>
    public ResampleTable Compute() => ResampleTable.Create(this);
}

/// <summary>
/// The weights of one axis of a separable, antialiased resize: each new pixel is a weighted sum of neighbouring old ones. When an image is
/// scaled down, the filter widens with the step between new pixels, so that every old pixel contributes.
/// </summary>
/// <remarks>
/// The weights are those of Pillow's <c>Image.resize</c> for 8-bit images: normalised to sum 1 in double precision, then rounded to fixed
/// point with <see cref="FractionBits"/> bits. Integer sums make the result the same on every processor and equal to Pillow's. Immutable
/// and safe for use from many threads.
/// </remarks>
internal sealed class ResampleTable
{
    /// <summary>Of 32 bits, 8 are needed for the pixel and 2 for overshoot.</summary>
    public const int FractionBits = 22;

    private readonly int[] _starts;
    private readonly int[] _counts;
    private readonly int[] _weights;
    private readonly int _stride;

    private ResampleTable(ResampleAxis axis, int stride)
    {
        Axis = axis;
        _stride = stride;
        _starts = new int[axis.Count];
        _counts = new int[axis.Count];
        _weights = new int[axis.Count * stride];
    }

    /// <summary>The input of the table.</summary>
    public ResampleAxis Axis { get; }

    /// <summary>For each new pixel the index of the first old pixel with a weight.</summary>
    public ReadOnlySpan<int> Starts => _starts;

    /// <summary>The weights of one new pixel.</summary>
    public ReadOnlySpan<int> Weights(int index) => _weights.AsSpan(index * _stride, _counts[index]);

    /// <summary>The first old pixel that any new one needs.</summary>
    public int FirstNeeded { get; private set; } = int.MaxValue;

    /// <summary>The end (exclusive) of the old pixels that any new one needs.</summary>
    public int EndNeeded { get; private set; }

    /// <summary>The radius around the centre of a new pixel, in old pixels.</summary>
    /// <param name="interpolation">The filter.</param>
    /// <param name="step">The step between new pixels, in old pixels.</param>
    public static double Support(ImageInterpolation interpolation, double step) =>
        (interpolation == ImageInterpolation.Bicubic ? 2 : 1) * Math.Max(step, 1);

    /// <summary>Computes the weights.</summary>
    public static ResampleTable Create(ResampleAxis axis)
    {
        double step = (axis.ContentEnd - axis.ContentStart) / axis.ResizedSize;
        double widening = Math.Max(step, 1);
        double support = Support(axis.Interpolation, step);
        int widest = Math.Min((int)Math.Ceiling(support) * 2 + 1, axis.Size);
        var table = new ResampleTable(axis, widest);
        double[] weights = new double[widest];
        for (int i = 0; i < axis.Count; i++)
        {
            double centre = axis.ContentStart + (axis.First + (double)i + 0.5) * step;
            int start = Math.Max(0, (int)(centre - support + 0.5));
            int count = Math.Min(Math.Min(axis.Size, (int)(centre + support + 0.5)) - start, widest);
            double sum = 0;
            for (int k = 0; k < count; k++)
            {
                weights[k] = Filter(axis.Interpolation, (start + k - centre + 0.5) / widening);
                sum += weights[k];
            }

            table.Set(i, start, weights.AsSpan(0, count), sum);
        }

        return table;
    }

    /// <summary>Stores the weights without the zeros at both ends, to save time.</summary>
    private void Set(int index, int start, ReadOnlySpan<double> weights, double sum)
    {
        var target = _weights.AsSpan(index * _stride, _stride);
        int leading = 0;
        int written = 0;
        int count = 0;
        foreach (double weight in weights)
        {
            int value = (int)Math.Round(weight / sum * (1 << FractionBits), MidpointRounding.AwayFromZero);
            if (value == 0 && written == 0)
            {
                leading++;
                continue;
            }

            target[written++] = value;
            if (value != 0)
                count = written;
        }

        _starts[index] = start + leading;
        _counts[index] = count;
        FirstNeeded = Math.Min(FirstNeeded, start + leading);
        EndNeeded = Math.Max(EndNeeded, start + leading + count);
    }

    private static double Filter(ImageInterpolation interpolation, double distance)
    {
        double x = Math.Abs(distance);
        if (interpolation == ImageInterpolation.Bilinear)
            return x < 1 ? 1 - x : 0;
        const double a = -0.5;
        return x switch
        {
            < 1 => ((a + 2) * x - (a + 3)) * x * x + 1,
            < 2 => (((x - 5) * x + 8) * x - 4) * a,
            _ => 0,
        };
    }
}
