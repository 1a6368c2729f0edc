using TransferLearning.Featurization;

namespace TransferLearning.Heads;

/// <summary>
/// Brings every feature to mean 0 and standard deviation 1, so that one penalty fits all of them. A feature that does not vary is set to 0
/// and so gets no weight.
/// </summary>
internal sealed class Standardization
{
    /// <summary>A deviation below this part of the mean is rounding of single precision, not variation.</summary>
    private const double ConstantBelow = 1e-6;

    private readonly float[] _means;
    private readonly float[] _factors;

    private Standardization(float[] means, float[] factors)
    {
        _means = means;
        _factors = factors;
    }

    /// <summary>What is subtracted from each feature.</summary>
    public ReadOnlySpan<float> Means => _means;

    /// <summary>What each feature is multiplied with after the mean is subtracted: 1 / standard deviation, or 0.</summary>
    public ReadOnlySpan<float> Factors => _factors;

    /// <summary>Measures means and (population) standard deviations, each in two passes in double precision.</summary>
    public static Standardization Measure(FeatureMatrix features)
    {
        int d = features.Columns;
        var means = new double[d];
        for (int i = 0; i < features.Rows; i++)
        {
            var row = features[i];
            for (int k = 0; k < d; k++)
                means[k] += row[k];
        }

        for (int k = 0; k < d; k++)
            means[k] /= features.Rows;
        var squares = new double[d];
        for (int i = 0; i < features.Rows; i++)
        {
            var row = features[i];
            for (int k = 0; k < d; k++)
            {
                double difference = row[k] - means[k];
                squares[k] += difference * difference;
            }
        }

        var factors = new float[d];
        for (int k = 0; k < d; k++)
        {
            double deviation = Math.Sqrt(squares[k] / features.Rows);
            float factor = (float)(1 / deviation);
            factors[k] = deviation > ConstantBelow * Math.Abs(means[k]) && float.IsFinite(factor) ? factor : 0;
        }

        return new Standardization(Array.ConvertAll(means, mean => (float)mean), factors);
    }

    /// <summary>The standardised features.</summary>
    public FeatureMatrix Apply(FeatureMatrix features) => Apply(features, 0, features.Columns);

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
}
