namespace TransferLearning;

/// <summary>
/// Temperature scaling: dividing all logits by one number before Softmax, so that probabilities match the accuracy. The predicted classes
/// do not change (C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, On calibration of modern neural networks, 2017).
/// </summary>
public static class TemperatureScaling
{
    /// <summary>The lowest temperature that is fitted.</summary>
    public const double Lowest = TemperatureSearch.Lowest;

    /// <summary>The highest temperature that is fitted.</summary>
    public const double Highest = TemperatureSearch.Highest;

    /// <summary>The folds of the cross-validation of a temperature.</summary>
    private const int Folds = 5;

    /// <summary>
    /// Fits a temperature and keeps it only if, in a cross-validation of five folds, it lowers the log-loss of held-out images by more than
    /// two standard errors. A head whose regularization was chosen by log-loss rarely needs one, and a few images cannot show it.
    /// </summary>
    /// <returns>The temperature; null if it does not help.</returns>
    /// <inheritdoc cref="Fit"/>
    public static double? FitWhereUseful(FeatureMatrix scores, ReadOnlySpan<int> labels, bool areProbabilities) =>
        FitWhereUseful(scores, labels, areProbabilities, groups: null);

    /// <summary>As the other overload; images of a group (see <see cref="RowGroups"/>) are held out together and count as one.</summary>
    internal static double? FitWhereUseful(FeatureMatrix scores, ReadOnlySpan<int> labels, bool areProbabilities, int[]? groups)
    {
        var (logits, actual) = Read(scores, labels, areProbabilities);
        int rows = actual.Length, classes = scores.Columns;
        int[] unit = RowGroups.Number(groups, rows);
        int units = unit.Max() + 1;
        if (units < 2 * Folds)
            return null;
        double[] gains = new double[rows];
        for (int fold = 0; fold < Folds; fold++)
        {
            // Every fifth image or group: datasets are in the order of their classes, so each fold has about the same number of every
            // class.
            int[] inside = [.. Enumerable.Range(0, rows).Where(row => unit[row] % Folds != fold)];
            double temperature = TemperatureSearch.Best(logits, classes, actual, inside);
            double smoothing = TemperatureSearch.Smoothing(inside.Length);
            foreach (int row in Enumerable.Range(0, rows).Where(row => unit[row] % Folds == fold))
            {
                gains[row] = TemperatureSearch.Loss(logits, classes, actual, row, 1, smoothing) -
                    TemperatureSearch.Loss(logits, classes, actual, row, 1 / temperature, smoothing);
            }
        }

        double mean = gains.Average();
        double[] deviations = new double[units];
        for (int row = 0; row < rows; row++)
            deviations[unit[row]] += gains[row] - mean;
        double error = Math.Sqrt(deviations.Sum(deviation => deviation * deviation) * units / (units - 1.0)) / rows;
        return mean > 2 * error ? TemperatureSearch.Best(logits, classes, actual, [.. Enumerable.Range(0, rows)]) : null;
    }

    /// <summary>Finds the temperature with the lowest log-loss, regularized towards 1 where there are few images.</summary>
    /// <param name="scores">Logits, or their softmax: one row for each image, one column for each class.</param>
    /// <param name="labels">The index of the actual class of each image.</param>
    /// <param name="areProbabilities">True if the scores are probabilities.</param>
    /// <returns><see cref="Lowest"/> to <see cref="Highest"/>; above 1 the classifier is overconfident, below 1 underconfident.</returns>
    /// <exception cref="ArgumentException">There are no labels, sizes do not match, or a label is out of range.</exception>
    public static double Fit(FeatureMatrix scores, ReadOnlySpan<int> labels, bool areProbabilities)
    {
        var (logits, actual) = Read(scores, labels, areProbabilities);
        return TemperatureSearch.Best(logits, scores.Columns, actual, [.. Enumerable.Range(0, actual.Length)]);
    }

    private static (float[] Logits, int[] Labels) Read(FeatureMatrix scores, ReadOnlySpan<int> labels, bool areProbabilities)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (labels.Length == 0 || scores.Rows != labels.Length)
        {
            throw new ArgumentException(
                $"There are {labels.Length} labels but {scores.Rows} rows of scores; pass one label for each row, and at least one row.",
                nameof(labels));
        }

        foreach (int label in labels)
        {
            if ((uint)label >= (uint)scores.Columns)
                throw new ArgumentException($"A label is {label}; it must be 0 to {scores.Columns - 1}.", nameof(labels));
        }

        float[] logits = scores.Values.ToArray();
        if (areProbabilities)
        {
            // A probability of zero has underflowed: its logarithm must stay finite.
            for (int i = 0; i < logits.Length; i++)
                logits[i] = MathF.Log(MathF.Max(logits[i], float.Epsilon));
        }

        return (logits, labels.ToArray());
    }
}
