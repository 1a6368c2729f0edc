using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>The search for the number that logits are divided by before Softmax to give the lowest log-loss.</summary>
internal static class TemperatureSearch
{
    /// <summary>The lowest temperature.</summary>
    public const double Lowest = 0.05;

    /// <summary>The highest temperature.</summary>
    public const double Highest = 20;

    /// <summary>
    /// The standard deviation of the prior on ln(temperature), which is normal around 0. Without a prior, a few images that are all
    /// classified correctly would drive the probabilities to 100%.
    /// </summary>
    private const double Spread = 0.5;

    private const double Precision = 1e-4;

    /// <summary>The mean log-loss at the best temperature.</summary>
    public static double CalibratedLoss(float[] logits, int classes, int[] labels)
    {
        int[] rows = [.. Enumerable.Range(0, labels.Length)];
        double temperature = Best(logits, classes, labels, rows);
        return rows.Average(row => Loss(logits, classes, labels, row, 1 / temperature, 0));
    }

    /// <summary>
    /// The label smoothing of the targets. It accounts for the mistakes that so few images have not shown yet: without it, a few images
    /// that are nearly all classified correctly lead to overconfidence on others (J. Platt, Probabilistic outputs for support vector
    /// machines, 1999, smooths the targets by as much).
    /// </summary>
    public static double Smoothing(int images) => 1 / (images + 2.0);

    public static double Best(float[] logits, int classes, int[] labels, int[] rows)
    {
        double smoothing = Smoothing(rows.Length);
        return Math.Exp(Minimum(
            exponent => rows.Sum(row => Loss(logits, classes, labels, row, Math.Exp(-exponent), smoothing)) +
                (0.5 * Math.Pow(exponent / Spread, 2)),
            Math.Log(Lowest),
            Math.Log(Highest)));
    }

    /// <summary>The cross-entropy of one image with its logits multiplied by a factor.</summary>
    public static double Loss(float[] logits, int classes, int[] labels, int row, double factor, double smoothing)
    {
        Span<float> scaled = classes <= 1024 ? stackalloc float[classes] : new float[classes];
        var values = logits.AsSpan(row * classes, classes);
        TensorPrimitives.Subtract(values, TensorPrimitives.Max<float>(values), scaled);
        TensorPrimitives.Multiply(scaled, (float)factor, scaled);
        double target = ((1 - smoothing) * scaled[labels[row]]) + (smoothing * TensorPrimitives.Sum<float>(scaled) / classes);
        TensorPrimitives.Exp<float>(scaled, scaled);
        return Math.Log(TensorPrimitives.Sum<float>(scaled)) - target;
    }

    /// <summary>Golden-section search for the minimum of a unimodal function.</summary>
    private static double Minimum(Func<double, double> function, double low, double high)
    {
        double ratio = (Math.Sqrt(5) - 1) / 2;
        double left = high - (ratio * (high - low)), right = low + (ratio * (high - low));
        double atLeft = function(left), atRight = function(right);
        while (high - low > Precision)
        {
            if (atLeft <= atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (ratio * (high - low));
                atLeft = function(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (ratio * (high - low));
                atRight = function(right);
            }
        }

        return (low + high) / 2;
    }
}
