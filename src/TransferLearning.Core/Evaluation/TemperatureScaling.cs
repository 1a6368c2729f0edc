using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>
/// Temperature scaling: one number that all logits are divided by before Softmax, so that probabilities mean what they say. The order of
/// the classes, and with it the answer, stays (C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, On calibration of modern neural networks, 2017).
/// </summary>
public static class TemperatureScaling
{
    /// <summary>The lowest temperature that is fitted.</summary>
    public const double Lowest = 0.05;

    /// <summary>The highest temperature that is fitted.</summary>
    public const double Highest = 20;

    /// <summary>
    /// The weight of the wish for temperature 1, as the spread of ln(temperature) that is held for likely beforehand. A handful of images
    /// that are all recognised would otherwise ask for probabilities of 100%.
    /// </summary>
    private const double Spread = 0.5;

    private const double Precision = 1e-4;

    /// <summary>The folds of the check that a temperature helps on images that it was not fitted on.</summary>
    private const int Folds = 5;

    /// <summary>
    /// Fits a temperature and keeps it only where it is of use: where, cross-validated in five folds, it lowers the log-loss of images
    /// that it was not fitted on by more than two standard errors. A head whose strength was chosen by log-loss needs none, and a handful of
    /// images cannot tell.
    /// </summary>
    /// <returns>The temperature; null where it is of no use.</returns>
    /// <inheritdoc cref="Fit"/>
    public static double? FitWhereUseful(FeatureMatrix scores, ReadOnlySpan<int> labels, bool areProbabilities)
    {
        var (logits, right) = Read(scores, labels, areProbabilities);
        int rows = right.Length, classes = scores.Columns;
        if (rows < 2 * Folds)
            return null;
        double[] gains = new double[rows];
        for (int fold = 0; fold < Folds; fold++)
        {
            // Every fifth image: data sets are in the order of their classes, so each fold has its share of every class.
            int[] inside = [.. Enumerable.Range(0, rows).Where(row => row % Folds != fold)];
            double temperature = Best(logits, classes, right, inside), doubt = Doubt(inside.Length);
            for (int row = fold; row < rows; row += Folds)
                gains[row] = Loss(logits, classes, right, row, 1, doubt) - Loss(logits, classes, right, row, 1 / temperature, doubt);
        }

        double mean = gains.Average();
        double error = Math.Sqrt(gains.Sum(gain => Math.Pow(gain - mean, 2)) / (rows - 1.0) / rows);
        return mean > 2 * error ? Best(logits, classes, right, [.. Enumerable.Range(0, rows)]) : null;
    }

    /// <summary>Finds the temperature with the lowest log-loss, drawn towards 1 where there are few images.</summary>
    /// <param name="scores">Logits, or their softmax: a row for each image, a column for each class.</param>
    /// <param name="labels">The index of the right class of each image.</param>
    /// <param name="areProbabilities">True where the scores are probabilities.</param>
    /// <returns><see cref="Lowest"/> to <see cref="Highest"/>; above 1 the classifier was too sure of itself, below 1 not sure enough.</returns>
    /// <exception cref="ArgumentException">There is no image, sizes do not match, or a label is out of range.</exception>
    public static double Fit(FeatureMatrix scores, ReadOnlySpan<int> labels, bool areProbabilities)
    {
        var (logits, right) = Read(scores, labels, areProbabilities);
        return Best(logits, scores.Columns, right, [.. Enumerable.Range(0, right.Length)]);
    }

    private static (float[] Logits, int[] Labels) Read(FeatureMatrix scores, ReadOnlySpan<int> labels, bool areProbabilities)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (labels.Length == 0 || scores.Rows != labels.Length)
            throw new ArgumentException($"There are {labels.Length} labels but {scores.Rows} rows of scores; give one label for each row, and one row or more.", nameof(labels));
        foreach (int label in labels)
        {
            if ((uint)label >= (uint)scores.Columns)
                throw new ArgumentException($"A label is {label}; it must be 0 to {scores.Columns - 1}.", nameof(labels));
        }

        float[] logits = scores.Values.ToArray();
        if (areProbabilities)
        {
            // A probability of zero is one below what floats hold: its logarithm must stay finite.
            for (int i = 0; i < logits.Length; i++)
                logits[i] = MathF.Log(MathF.Max(logits[i], float.Epsilon));
        }

        return (logits, labels.ToArray());
    }

    /// <summary>
    /// The share of every target that goes to all classes alike. It stands for the mistake that so many images have not shown yet: without
    /// it, a few images that are nearly all recognised ask for more certainty than holds on others (J. Platt, Probabilistic outputs for
    /// support vector machines, 1999, smooths his targets by as much).
    /// </summary>
    private static double Doubt(int images) => 1 / (images + 2.0);

    private static double Best(float[] logits, int classes, int[] labels, int[] rows)
    {
        double doubt = Doubt(rows.Length);
        return Math.Exp(Minimum(
            exponent => rows.Sum(row => Loss(logits, classes, labels, row, Math.Exp(-exponent), doubt)) + (0.5 * Math.Pow(exponent / Spread, 2)),
            Math.Log(Lowest),
            Math.Log(Highest)));
    }

    /// <summary>The cross-entropy of one image with its logits multiplied by a factor.</summary>
    private static double Loss(float[] logits, int classes, int[] labels, int row, double factor, double doubt)
    {
        Span<float> scaled = classes <= 1024 ? stackalloc float[classes] : new float[classes];
        var values = logits.AsSpan(row * classes, classes);
        TensorPrimitives.Subtract(values, TensorPrimitives.Max<float>(values), scaled);
        TensorPrimitives.Multiply(scaled, (float)factor, scaled);
        double target = ((1 - doubt) * scaled[labels[row]]) + (doubt * TensorPrimitives.Sum<float>(scaled) / classes);
        TensorPrimitives.Exp<float>(scaled, scaled);
        return Math.Log(TensorPrimitives.Sum<float>(scaled)) - target;
    }

    /// <summary>Golden-section search for the minimum of a function with one valley.</summary>
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
