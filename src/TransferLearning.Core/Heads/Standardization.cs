namespace TransferLearning;

/// <summary>
/// Brings every feature to mean 0 and about the same spread, so that one penalty fits all of them: each is divided by the root of the mean
/// of its variance and of the median variance of all features. A feature that does not vary is set to 0 and so gets no weight.
/// </summary>
/// <remarks>
/// Division by the plain standard deviation blows up the features that hardly ever fire, which is noise in small sets: on pooled
/// MobileNetV2 features the damped division has the better accuracy and log-loss (docs/adr/0002-linear-head-optimiser.md).
/// </remarks>
internal sealed class Standardization
{
    /// <summary>A deviation below this part of the mean is rounding of single precision, not variation.</summary>
    private const double ConstantBelow = 1e-6;

    /// <summary>A smaller one has a reciprocal root that single precision cannot hold.</summary>
    private const double SmallestVariance = 1e-70;

    private const int RowsOfPart = 2048;

    private readonly float[] _means;
    private readonly float[] _factors;

    private Standardization(float[] means, float[] factors)
    {
        _means = means;
        _factors = factors;
    }

    /// <summary>What is subtracted from each feature.</summary>
    public ReadOnlySpan<float> Means => _means;

    /// <summary>What each feature is multiplied with after the mean is subtracted; 0 for one that does not vary.</summary>
    public ReadOnlySpan<float> Factors => _factors;

    /// <summary>Measures means, then (population) variances, in double precision.</summary>
    public static Standardization Measure(FeatureMatrix features) => Measure(() => [features], features.Rows, features.Columns);

    /// <summary>Measures rows that are read twice.</summary>
    public static Standardization Measure(FeatureTable table, CancellationToken cancellationToken) => Measure(
        () => table.InParts(RowsOfPart, null, Environment.ProcessorCount, cancellationToken)
            .Select(part => part.Part), table.Rows, table.Columns);

    private static Standardization Measure(Func<IEnumerable<FeatureMatrix>> parts, int rows, int d)
    {
        var means = new double[d];
        foreach (var features in parts())
        {
            for (int i = 0; i < features.Rows; i++)
            {
                var row = features[i];
                for (int k = 0; k < d; k++)
                    means[k] += row[k];
            }
        }

        for (int k = 0; k < d; k++)
            means[k] /= rows;
        var squares = new double[d];
        foreach (var features in parts())
        {
            for (int i = 0; i < features.Rows; i++)
            {
                var row = features[i];
                for (int k = 0; k < d; k++)
                {
                    double difference = row[k] - means[k];
                    squares[k] += difference * difference;
                }
            }
        }

        var variances = new double[d];
        for (int k = 0; k < d; k++)
        {
            double variance = squares[k] / rows;
            bool varies = Math.Sqrt(variance) > ConstantBelow * Math.Abs(means[k]) && variance > SmallestVariance;
            variances[k] = varies ? variance : 0;
        }

        double median = MedianOfPositive(variances);
        var factors = Array.ConvertAll(variances, variance => variance == 0 ? 0 : (float)(1 / Math.Sqrt((variance + median) / 2)));
        return new Standardization(Array.ConvertAll(means, mean => (float)mean), factors);
    }

    /// <summary>The standardised features.</summary>
    public FeatureMatrix Apply(FeatureMatrix features) => Apply(features, 0, features.Columns);

    /// <summary>Standardises a row where it is.</summary>
    public void ApplyInPlace(Span<float> row)
    {
        System.Numerics.Tensors.TensorPrimitives.Subtract(row, _means, row);
        System.Numerics.Tensors.TensorPrimitives.Multiply(row, _factors, row);
    }

    /// <summary>The standardised features of a range of columns.</summary>
    public FeatureMatrix Apply(FeatureMatrix features, int firstColumn, int columns)
    {
        var result = new FeatureMatrix(features.Rows, columns);
        var means = Means.Slice(firstColumn, columns);
        var factors = Factors.Slice(firstColumn, columns);
        for (int i = 0; i < features.Rows; i++)
        {
            var source = features[i].Slice(firstColumn, columns);
            var target = result.RowForWriting(i);
            for (int k = 0; k < target.Length; k++)
                target[k] = (source[k] - means[k]) * factors[k];
        }

        return result;
    }

    private static double MedianOfPositive(double[] values)
    {
        double[] sorted = [.. values.Where(value => value > 0).Order()];
        return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
    }
}
