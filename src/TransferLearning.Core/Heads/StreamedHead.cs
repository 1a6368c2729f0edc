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

    private const int MaximumIterations = 60;

    /// <summary>A sample has so many numbers at most, 100 MB.</summary>
    public const long NumbersOfSample = 25_000_000;

    /// <summary>So many validation rows are enough to choose by.</summary>
    public const int MostJudges = 20_000;

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
        var head = LinearHead.Fit(
            sample,
            Array.ConvertAll(rows, row => _labels[row]),
            classes,
            judging,
            judgingLabels,
            options with { Threads = threads },
            cancellationToken: cancellationToken);
        progress?.Report(0.2);
        if (rows.Length == train.Rows)
            return head;

        var standardization = Standardization.Measure(train, cancellationToken);
        var preconditioner = train.Columns <= HeadSpace.MostPreconditioned
            ? Preconditioner.OfRows(standardization.Apply(sample), threads)
            : null;
        double[] shares = ClassShares.Of(ClassShares.Count(_labels, classes), options.Balance);
        var objective = new StreamedObjective(
            train, standardization, preconditioner, shares, Start(head, standardization), threads, cancellationToken);
        double goal = Tolerance * GradientOfShares(sample, rows, standardization, shares);
        LinearHead? best = null;
        double lowest = double.PositiveInfinity;
        double[] strengths = Strengths(head.RegularizationStrength, rows.Length, judging is not null);
        var scores = new List<RegularizationScore>();
        foreach (var (i, strength) in strengths.Index())
        {
            objective.Strength = strength;
            Lbfgs.Minimize(objective, goal, MaximumIterations, cancellationToken);
            var fitted = LinearHead.OnRawFeatures(
                objective.Point[..^classes], objective.Point[^classes..], standardization, strength, scores, objective.Passes);
            progress?.Report(0.2 + (0.8 * (i + 1) / strengths.Length));
            if (judging is null)
                return fitted;
            var score = Judge(fitted, judging, judgingLabels!);
            scores.Add(score);
            if (score.LogLoss >= lowest)
                break;
            (best, lowest) = (fitted, score.LogLoss);
        }

        return best!;
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

    private static RegularizationScore Judge(LinearHead head, FeatureMatrix rows, int[] labels)
    {
        var probabilities = head.Probabilities(rows);
        int correct = 0;
        var losses = new double[labels.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            losses[i] = -Math.Log(Math.Max(probabilities[i][labels[i]], float.Epsilon));
            correct += TensorPrimitives.IndexOfMax(probabilities[i]) == labels[i] ? 1 : 0;
        }

        return new RegularizationScore(head.RegularizationStrength, correct, losses);
    }

    /// <summary>Rows at equal distances.</summary>
    internal static int[] Spread(int rows, int most)
    {
        int count = Math.Min(rows, most);
        return [.. Enumerable.Range(0, count).Select(i => (int)((long)i * rows / count))];
    }
}
