using System.Numerics.Tensors;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// The mean features of each class, and how far an image is from the nearest of them: the Mahalanobis distance with the variances within
/// the classes (Lee et al. 2018, "A Simple Unified Framework for Detecting Out-of-Distribution Samples", with a diagonal covariance).
/// </summary>
/// <param name="Means">One row for each class.</param>
/// <param name="InverseVariances">One number for each feature.</param>
internal sealed record ClassMeans(float[][] Means, float[] InverseVariances)
{
    /// <summary>Features that hardly vary within classes get this share of the mean variance, so that noise does not decide.</summary>
    private const double Floor = 0.1;

    /// <summary>Computes the means and variances.</summary>
    /// <param name="features">The features of training images.</param>
    /// <param name="labels">The class of each.</param>
    /// <param name="classes">The number of classes.</param>
    public static ClassMeans Of(FeatureMatrix features, IReadOnlyList<int> labels, int classes)
    {
        double[][] sums = [.. Enumerable.Range(0, classes).Select(_ => new double[features.Columns])];
        int[] counts = new int[classes];
        for (int row = 0; row < features.Rows; row++)
        {
            counts[labels[row]]++;
            for (int column = 0; column < features.Columns; column++)
                sums[labels[row]][column] += features[row][column];
        }

        float[][] means = [.. sums.Select((sum, c) => Array.ConvertAll(sum, value => (float)(value / Math.Max(counts[c], 1))))];
        double[] variances = new double[features.Columns];
        for (int row = 0; row < features.Rows; row++)
        {
            float[] mean = means[labels[row]];
            for (int column = 0; column < features.Columns; column++)
            {
                double difference = features[row][column] - mean[column];
                variances[column] += difference * difference / features.Rows;
            }
        }

        double least = Math.Max(Floor * variances.Average(), 1e-12);
        return new ClassMeans(means, Array.ConvertAll(variances, variance => (float)(1 / (variance + least))));
    }

    /// <summary>The distance to the nearest class: the mean over the features of the squared difference by the variance.</summary>
    public double Nearest(ReadOnlySpan<float> features)
    {
        double nearest = double.PositiveInfinity;
        float[] difference = new float[features.Length];
        foreach (float[] mean in Means)
        {
            TensorPrimitives.Subtract(features, mean, difference);
            TensorPrimitives.Multiply(difference, difference, difference);
            nearest = Math.Min(nearest, TensorPrimitives.Dot<float>(difference, InverseVariances) / features.Length);
        }

        return nearest;
    }
}
