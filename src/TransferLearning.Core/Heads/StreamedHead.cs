using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>
/// Fits a linear head to a <see cref="FeatureTable"/> in bounded memory: a head on a sample that fits in memory chooses the strength of the
/// penalty and the start, then L-BFGS goes on over all rows, with weaker and weaker penalties while the validation rows gain.
/// </summary>
internal sealed class StreamedHead(
    FeatureTable train, int classes, LinearHeadOptions options, int threads, CancellationToken cancellationToken)
{
    /// <summary>The gradient shrinks to this part of that of a head that knows only the shares of the classes.</summary>
    private const double Tolerance = 3e-4;

    /// <summary>The share of the work, approximately, that is the head on the sample.</summary>
    private const double SampleShare = 0.2;

    private const int MaximumIterations = 60;

    /// <summary>A sample has so many numbers at most, 100 MB.</summary>
    public const long NumbersOfSample = 25_000_000;

    /// <summary>So many validation rows are enough to choose by.</summary>
    public const int MostJudges = 10_000;

    private const int RowsPerPart = 2048;

    private readonly LbfgsVectors _vectors = new();
    private readonly int[] _labels = [.. train.Labels];

    /// <summary>Fits the head.</summary>
    /// <param name="validation">Rows that help to choose the strength; null for none.</param>
    /// <param name="numbersOfSample">The numbers of the sample at most.</param>
    /// <param name="progress">Gets the finished part, 0 to 1.</param>
    public LinearHead Fit(FeatureTable? validation, long numbersOfSample, IProgress<double>? progress)
    {
        int[] judges = validation is null ? [] : Spread(validation.Rows, MostJudges);
        var judging = judges.Length == 0 ? null : validation!.Select(judges);
        int[]? judgingLabels = judging is null ? null : Array.ConvertAll(judges, row => validation!.Labels[row]);
        int[] rows = Sample(numbersOfSample);
        var sample = train.Select(rows);
        bool isWhole = rows.Length == train.Rows;
        var head = LinearHead.Fit(
            sample,
            Array.ConvertAll(rows, row => _labels[row]),
            classes,
            judging,
            judgingLabels,
            options with { Threads = threads, Tolerance = isWhole ? null : RegularizationSearch.Tolerance },
            cancellationToken: cancellationToken);
        progress?.Report(SampleShare);
        if (isWhole)
            return head;

        var standardization = Standardization.Measure(train, cancellationToken);
        var preconditioner = train.Columns <= HeadSpace.MostPreconditioned
            ? Preconditioner.OfRows(standardization.Apply(sample), threads, cancellationToken)
            : null;
        double[] shares = ClassShares.Of(ClassShares.Count(_labels, classes), options.Balance);
        var objective = new StreamedObjective(
            train, standardization, preconditioner, shares, Start(head, standardization), threads, cancellationToken);
        double scale = GradientOfShares(sample, rows, standardization, shares);
        double[] strengths = Strengths(head.RegularizationStrength, rows.Length, judging is not null);
        if (judging is null)
        {
            Minimize(strengths[0], Tolerance);
            return Fitted();
        }

        LinearHead? best = null;
        double lowest = double.PositiveInfinity;
        bool isRough = true;
        foreach (var (i, strength) in strengths.Index())
        {
            bool wasRough = isRough;
            (var fitted, double loss, isRough) = MinimizeAndJudge(strength);
            progress?.Report(SampleShare + ((1 - SampleShare) * (i + 1) / (strengths.Length + 1)));
            if (loss >= lowest)
            {
                isRough = wasRough;
                break;
            }

            (best, lowest) = (fitted, loss);
        }

        if (!isRough)
            return best!;
        Minimize(best!.RegularizationStrength, Tolerance);
        return Fitted();

        void Minimize(double strength, double tolerance)
        {
            objective.Strength = strength;
            Lbfgs.Minimize(objective, tolerance * scale, MaximumIterations, _vectors, cancellationToken);
        }

        LinearHead Fitted() => LinearHead.OnRawFeatures(
            objective.Point[..^classes], objective.Point[^classes..], standardization, objective.Strength, [], objective.Passes);

        (LinearHead Head, double Loss, bool IsRough) MinimizeAndJudge(double strength)
        {
            Minimize(strength, RegularizationSearch.RoughTolerance);
            var rough = Fitted();
            double loss = MeanLoss(rough, judging, judgingLabels!);
            if (loss < (1 - RegularizationSearch.ClearGain) * lowest)
                return (rough, loss, true);
            Minimize(strength, Tolerance);
            var fine = Fitted();
            return (fine, MeanLoss(fine, judging, judgingLabels!), false);
        }
    }

    /// <summary>
    /// Some rows of every class, as many as their share, drawn by the seed. In memory there are at most as many numbers as asked for, or
    /// two rows for each class.
    /// </summary>
    private int[] Sample(long numbers)
    {
        int wanted = (int)Math.Min(_labels.Length, Math.Max(numbers / train.Columns, 2L * classes));
        if (wanted == _labels.Length)
            return [.. Enumerable.Range(0, wanted)];
        int[] order = [.. Enumerable.Range(0, _labels.Length)];
        new SeededRandom(options.Seed, RandomPurpose.Order, 0).Shuffle(order);
        var taken = new bool[_labels.Length];
        int[] seen = new int[classes];
        int count = 0;
        foreach (int row in order.Where(row => seen[_labels[row]]++ < 2))
        {
            taken[row] = true;
            count++;
        }

        foreach (int row in order)
        {
            if (count >= wanted)
                break;
            count += taken[row] ? 0 : 1;
            taken[row] = true;
        }

        return [.. Enumerable.Range(0, taken.Length).Where(row => taken[row])];
    }

    /// <summary>
    /// The strengths to try, from the sample's on. More rows want less penalty: without validation rows it shrinks as their number grows.
    /// </summary>
    private double[] Strengths(double ofSample, int sampled, bool canChoose)
    {
        double share = (double)sampled / _labels.Length;
        return canChoose
            ? [ofSample, .. options.RegularizationStrengths.Where(strength => strength < ofSample && strength > ofSample * share / 3)
                .OrderDescending()]
            : [ofSample * share];
    }

    /// <summary>The sample's head in the standardised features of all rows.</summary>
    private double[] Start(LinearHead head, Standardization standardization)
    {
        int d = train.Columns;
        var start = new double[(classes * d) + classes];
        for (int c = 0; c < classes; c++)
        {
            double bias = head.Bias[c];
            for (int k = 0; k < d; k++)
            {
                double weight = head.Weights[(c * d) + k];
                bias += weight * standardization.Means[k];
                start[(c * d) + k] = standardization.Factors[k] == 0 ? 0 : weight / standardization.Factors[k];
            }

            start[(classes * d) + c] = bias;
        }

        return start;
    }

    /// <summary>The length of the gradient on the sample at weights of zero, with the biases of the shares.</summary>
    private double GradientOfShares(FeatureMatrix sample, int[] rows, Standardization standardization, double[] shares)
    {
        int n = rows.Length;
        int[] counts = ClassShares.Count(rows.Select(row => _labels[row]), classes);
        var coefficients = new float[classes * n];
        for (int i = 0; i < n; i++)
        {
            int label = _labels[rows[i]];
            double weight = shares[label] / counts[label];
            for (int c = 0; c < classes; c++)
                coefficients[(c * n) + i] = (float)(weight * (shares[c] - (c == label ? 1 : 0)));
        }

        var sums = new double[classes * train.Columns];
        DensePasses.CoefficientsTimesRows(standardization.Apply(sample), coefficients, sums, threads);
        return TensorPrimitives.Norm<double>(sums);
    }

    private static double MeanLoss(LinearHead head, FeatureMatrix rows, int[] labels)
    {
        double loss = 0;
        for (int first = 0; first < labels.Length; first += RowsPerPart)
        {
            var probabilities = head.Probabilities(rows.Slice(first, Math.Min(RowsPerPart, labels.Length - first)));
            for (int i = 0; i < probabilities.Rows; i++)
                loss -= Math.Log(Math.Max(probabilities[i][labels[first + i]], float.Epsilon));
        }

        return loss / labels.Length;
    }

    /// <summary>Rows at equal distances.</summary>
    internal static int[] Spread(int rows, int most)
    {
        int count = Math.Min(rows, most);
        return [.. Enumerable.Range(0, count).Select(i => (int)((long)i * rows / count))];
    }
}
