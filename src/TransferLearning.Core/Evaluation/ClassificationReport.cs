using System.Globalization;

namespace TransferLearning;

/// <summary>The metrics of a classifier on labelled images.</summary>
/// <remarks>
/// The predicted class is the most probable one; of equally probable classes the first. The metrics agree with those of scikit-learn
/// (<c>accuracy_score</c>, <c>log_loss</c>, <c>top_k_accuracy_score</c>, <c>classification_report</c> with <c>zero_division=0</c>).
/// Immutable and safe for use from many threads.
/// </remarks>
public sealed class ClassificationReport
{
    /// <summary>
    /// The machine epsilon of single precision. Lower probabilities count as this one in the log-loss, so that one wrong prediction made
    /// with certainty adds 15.9 and not infinity.
    /// </summary>
    public const double SmallestProbability = 1.1920928955078125e-7;

    /// <summary>The text of a report has the whole confusion matrix up to this number of classes.</summary>
    private const int MostClassesOfMatrix = 15;

    private const int MistakesListed = 10;

    private readonly int[] _imagesByRank;

    private ClassificationReport(ConfusionMatrix confusionMatrix, int[] imagesByRank, double logLoss, Calibration calibration)
    {
        Calibration = calibration;
        ConfusionMatrix = confusionMatrix;
        _imagesByRank = imagesByRank;
        LogLoss = logLoss;
        Images = imagesByRank.Sum();
        Correct = imagesByRank[0];
        Classes = [.. confusionMatrix.Classes.Select((label, index) => Measure(label, index))];
        MacroAverage = Average(index => Classes[index].Support > 0 || confusionMatrix.PredictedCount(index) > 0 ? 1 : 0);
        WeightedAverage = Average(index => Classes[index].Support);
    }

    /// <summary>The number of images, 1 or more.</summary>
    public int Images { get; }

    /// <summary>The number of correctly classified images.</summary>
    public int Correct { get; }

    /// <summary>The fraction of correctly classified images, 0 to 1.</summary>
    public double Accuracy => (double)Correct / Images;

    /// <summary>The 95% confidence interval of the accuracy on further images of the same kind (Wilson's score interval).</summary>
    public ProportionInterval AccuracyInterval => ProportionInterval.Wilson(Correct, Images);

    /// <summary>
    /// The mean of −ln(probability of the actual class), 0 or more; uniform guessing gives ln(classes). Each row of probabilities is
    /// normalised to sum 1 and clipped at <see cref="SmallestProbability"/>.
    /// </summary>
    public double LogLoss { get; }

    /// <summary>The metrics of each class, in the order of the classifier.</summary>
    public IReadOnlyList<ClassMetrics> Classes { get; }

    /// <summary>The unweighted means over the classes, without those that have neither images nor predictions.</summary>
    public AverageMetrics MacroAverage { get; }

    /// <summary>The means over the classes, weighted by their numbers of images.</summary>
    public AverageMetrics WeightedAverage { get; }

    /// <summary>Counts of images by actual and predicted class.</summary>
    public ConfusionMatrix ConfusionMatrix { get; }

    /// <summary>How well the probabilities match the accuracy.</summary>
    public Calibration Calibration { get; }

    /// <summary>Computes the metrics of predicted probabilities, from this library or any other source.</summary>
    /// <param name="labels">The index of the actual class of each image.</param>
    /// <param name="probabilities">One row for each image, one column for each class.</param>
    /// <param name="classes">The names of the classes, in the order of the columns.</param>
    /// <exception cref="ArgumentException">
    /// There are no labels, sizes do not match, a label is out of range, or a probability is negative or not finite; the message names the
    /// row.
    /// </exception>
    public static ClassificationReport Create(ReadOnlySpan<int> labels, FeatureMatrix probabilities, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(classes);
        if (labels.Length == 0)
            throw new ArgumentException("labels must contain at least one element.", nameof(labels));
        if (probabilities.Rows != labels.Length)
        {
            throw new ArgumentException(
                $"There are {labels.Length} labels but {probabilities.Rows} rows of probabilities.", nameof(probabilities));
        }

        if (probabilities.Columns != classes.Count)
        {
            throw new ArgumentException(
                $"There are {classes.Count} classes but {probabilities.Columns} columns of probabilities.", nameof(classes));
        }

        var counts = new int[classes.Count * classes.Count];
        var ranks = new int[classes.Count];
        var predictions = new (float Confidence, bool Correct)[labels.Length];
        double loss = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            int label = labels[i];
            if ((uint)label >= (uint)classes.Count)
                throw new ArgumentException($"The label of row {i} is {label}; it must be 0 to {classes.Count - 1}.", nameof(labels));
            var row = probabilities[i];
            double sum = Sum(row, i);
            loss -= Math.Log(Math.Clamp(row[label] / sum, SmallestProbability, 1));
            ranks[Rank(row, label)]++;
            int best = IndexOfMaximum(row);
            predictions[i] = ((float)(row[best] / sum), best == label);
            counts[(label * classes.Count) + best]++;
        }

        return new ClassificationReport(
            new ConfusionMatrix([.. classes], counts), ranks, loss / labels.Length, new Calibration(predictions));
    }

    /// <summary>The fraction of images whose actual class is among the <paramref name="k"/> most probable ones, 0 to 1.</summary>
    /// <param name="k">1 or more; with the number of classes or more the result is 1.</param>
    public double TopKAccuracy(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return (double)_imagesByRank.Take(k).Sum() / Images;
    }

    /// <summary>
    /// The report as plain text: accuracy, log-loss, a table of the classes, and the confusion matrix or the most frequent mistakes.
    /// </summary>
    public override string ToString()
    {
        var invariant = CultureInfo.InvariantCulture;
        var interval = AccuracyInterval;
        string top5 = Classes.Count > 5 ? string.Create(invariant, $", top-5 {Percent(TopKAccuracy(5))}") : string.Empty;
        string summary = string.Create(
            invariant,
            $"Accuracy {Percent(Accuracy)} ({Correct} of {Images}; 95% interval {Percent(interval.Lower)} to {Percent(interval.Upper)})" +
            $"{top5}, log-loss {LogLoss:F4}\n\n");

        var table = new TextTable();
        table.Add("class", "precision", "recall", "f1", "images");
        foreach (var metrics in Classes)
        {
            table.Add(
                TextTable.Name(metrics.Label),
                Figure(metrics.Precision),
                Figure(metrics.Recall),
                Figure(metrics.F1),
                metrics.Support.ToString(invariant));
        }

        table.Add();
        foreach (var (name, average) in new[] { ("macro average", MacroAverage), ("weighted average", WeightedAverage) })
            table.Add(name, Figure(average.Precision), Figure(average.Recall), Figure(average.F1), Images.ToString(invariant));
        return summary + table + "\n" + (Classes.Count <= MostClassesOfMatrix ? ConfusionMatrix.ToString() : Mistakes());
    }

    private string Mistakes()
    {
        var mistakes = ConfusionMatrix.MostFrequentMistakes(MistakesListed);
        if (mistakes.Count == 0)
            return "No mistakes.\n";
        var table = new TextTable();
        table.Add("most frequent mistakes: actual", "predicted", "images");
        foreach (var mistake in mistakes)
        {
            string count = mistake.Count.ToString(CultureInfo.InvariantCulture);
            table.Add(TextTable.Name(mistake.Actual), TextTable.Name(mistake.Predicted), count);
        }

        return table.ToString();
    }

    private ClassMetrics Measure(string label, int index)
    {
        int hits = ConfusionMatrix[index, index];
        int support = ConfusionMatrix.ActualCount(index);
        int predicted = ConfusionMatrix.PredictedCount(index);
        return new ClassMetrics
        {
            Label = label,
            Precision = Ratio(hits, predicted),
            Recall = Ratio(hits, support),
            F1 = Ratio(2 * hits, predicted + support),
            Support = support,
        };
    }

    private AverageMetrics Average(Func<int, int> weight)
    {
        int[] weights = [.. Enumerable.Range(0, Classes.Count).Select(weight)];
        double total = weights.Sum();
        double Mean(Func<ClassMetrics, double> value) => Classes.Zip(weights, (metrics, share) => share * value(metrics)).Sum() / total;
        return new AverageMetrics
        {
            Precision = Mean(metrics => metrics.Precision),
            Recall = Mean(metrics => metrics.Recall),
            F1 = Mean(metrics => metrics.F1),
        };
    }

    private static double Sum(ReadOnlySpan<float> row, int index)
    {
        double sum = 0;
        for (int c = 0; c < row.Length; c++)
        {
            if (!(row[c] >= 0) || !float.IsFinite(row[c]))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Probability {c} of row {index} is {row[c]}; it must be finite and 0 or more. Pass the output after softmax."));
            }

            sum += row[c];
        }

        return sum > 0 ? sum : throw new ArgumentException($"The probabilities of row {index} are all 0.");
    }

    /// <summary>
    /// The number of classes that precede the actual one in the order of probability; ties are in the order of the classes.
    /// </summary>
    private static int Rank(ReadOnlySpan<float> row, int label)
    {
        int rank = 0;
        for (int c = 0; c < row.Length; c++)
        {
            if (row[c] > row[label] || (row[c] == row[label] && c < label))
                rank++;
        }

        return rank;
    }

    private static int IndexOfMaximum(ReadOnlySpan<float> row)
    {
        int best = 0;
        for (int c = 1; c < row.Length; c++)
        {
            if (row[c] > row[best])
                best = c;
        }

        return best;
    }

    private static double Ratio(int part, int whole) => whole == 0 ? 0 : (double)part / whole;

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + "%";

    private static string Figure(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
