using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>
/// A head that is fitted repeatedly with weaker and weaker penalties, each time from the weights before, and the rows it is scored on.
/// </summary>
internal sealed class SoftmaxFit
{
    /// <summary>With second derivatives, a gradient of this multiple leaves the loss as close to its minimum.</summary>
    private const double PreconditionedTolerance = 3;

    /// <summary>The held-out rows that are judged at a time.</summary>
    private const int RowsPerPart = 2048;

    private readonly SoftmaxObjective _objective;
    private readonly LbfgsVectors _vectors;
    private readonly FeatureMatrix? _heldOut;
    private readonly int[] _heldOutLabels;
    private readonly double _gradientScale;
    private readonly int _classes;
    private readonly int _threads;

    /// <param name="space">The features of the rows to learn from.</param>
    /// <param name="labels">Their classes; each class occurs.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="balance">How the classes count.</param>
    /// <param name="heldOut">The rows to score on, in the coordinates of the space's numbers; null for none.</param>
    /// <param name="heldOutLabels">Their classes.</param>
    /// <param name="threads">The number of threads that may work.</param>
    /// <param name="vectors">Lends the vectors of the minimiser.</param>
    public SoftmaxFit(
        FeatureSpace space,
        int[] labels,
        int classes,
        ClassBalance balance,
        FeatureMatrix? heldOut,
        int[] heldOutLabels,
        int threads,
        LbfgsVectors vectors)
    {
        _vectors = vectors;
        int[] counts = ClassShares.Count(labels, classes);
        double[] shares = ClassShares.Of(counts, balance);
        var rowWeights = Array.ConvertAll(labels, label => shares[label] / counts[label]);
        _objective = new SoftmaxObjective(space, labels, rowWeights, CentredLogarithms(shares), threads);
        _heldOut = heldOut;
        _heldOutLabels = heldOutLabels;
        _classes = classes;
        _threads = threads;
        var gradient = MetricVector.Zero(_objective.Length, _objective.HasImages);
        _objective.Gradient(gradient);
        _gradientScale = Math.Sqrt(Math.Max(0, MetricVector.Dot(gradient, gradient)))
            * (space.Preconditioner is null ? 1 : PreconditionedTolerance);
    }

    /// <summary>The steps of all fits together.</summary>
    public int Iterations { get; private set; }

    /// <summary>The weights in the numbers of the space, class after class.</summary>
    public ReadOnlySpan<double> Weights => _objective.Weights;

    /// <summary>The biases.</summary>
    public ReadOnlySpan<double> Bias => _objective.Bias;

    /// <summary>Moves to given weights and biases.</summary>
    public void StartFrom(ReadOnlySpan<double> point) => _objective.MoveTo(point);

    /// <summary>Moves to the minimum for a strength.</summary>
    /// <param name="strength">λ.</param>
    /// <param name="tolerance">
    /// How short the gradient must become, in parts of the gradient of the head that knows only the class shares.
    /// </param>
    /// <param name="maximumIterations">The most steps.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    public void Minimize(double strength, double tolerance, int maximumIterations, CancellationToken cancellationToken)
    {
        _objective.Strength = strength;
        var (iterations, _) = Lbfgs.Minimize(_objective, tolerance * _gradientScale, maximumIterations, _vectors, cancellationToken);
        Iterations += iterations;
    }

    /// <summary>Judges the current head by the held-out rows: how many are right, and the loss of each.</summary>
    public (int Correct, double[] Losses) Judge()
    {
        int n = _heldOutLabels.Length;
        if (_heldOut is null || n == 0)
            return (0, []);
        var weights = new float[_objective.Weights.Length];
        TensorPrimitives.ConvertTruncating(_objective.Weights, weights.AsSpan());
        var products = new float[_classes * Math.Min(n, RowsPerPart)];
        int correct = 0;
        var losses = new double[n];
        var scores = new double[_classes];
        for (int first = 0; first < n; first += RowsPerPart)
        {
            var part = _heldOut.Slice(first, Math.Min(RowsPerPart, n - first));
            DensePasses.RowsTimesWeights(part, weights, products.AsMemory(0, _classes * part.Rows), _threads);
            for (int i = 0; i < part.Rows; i++)
            {
                int label = _heldOutLabels[first + i];
                for (int c = 0; c < _classes; c++)
                    scores[c] = products[(c * part.Rows) + i] + Bias[c];
                double highest = TensorPrimitives.Max<double>(scores);
                double total = 0;
                foreach (double score in scores)
                    total += Math.Exp(score - highest);
                losses[first + i] = highest + Math.Log(total) - scores[label];
                correct += TensorPrimitives.IndexOfMax<double>(scores) == label ? 1 : 0;
            }
        }

        return (correct, losses);
    }

    private static double[] CentredLogarithms(double[] shares)
    {
        var logarithms = Array.ConvertAll(shares, Math.Log);
        double mean = logarithms.Average();
        return Array.ConvertAll(logarithms, value => value - mean);
    }
}
