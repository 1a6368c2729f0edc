using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>
/// Weighted cross-entropy of a softmax over linear scores, plus an L2 penalty on the weights but not on the biases:
/// <c>Σ_i ω_i · (log Σ_c exp z_ic − z_i,y(i)) + λ/2 · Σ_c ‖w_c‖²</c> with <c>z_ic = ⟨w_c, x_i⟩ + b_c</c>.
/// </summary>
/// <remarks>
/// The scores are linear in the weights, so a trial step along a direction needs the direction's scores once and then only O(n·C) work.
/// Variables: the weights class after class, then the biases.
/// </remarks>
internal sealed class SoftmaxObjective : ILineObjective
{
    private const int RowsPerTask = 512;

    private readonly FeatureSpace _space;
    private readonly int[] _labels;
    private readonly double[] _rowWeights;
    private readonly int _classes;
    private readonly int _threads;
    private readonly MetricVector _point;
    private readonly double[] _scores;
    private readonly double[] _directionScores;
    private readonly double[] _trial;
    private readonly float[] _residuals;
    private MetricVector _direction;
    private double _residualStep = double.NaN;
    private double _pointPoint;
    private double _pointDirection;
    private double _directionDirection;

    /// <param name="space">The features.</param>
    /// <param name="labels">One class index for each row.</param>
    /// <param name="rowWeights">One weight for each row.</param>
    /// <param name="bias">The biases to start from; weights start at 0.</param>
    /// <param name="threads">The number of threads that may work.</param>
    public SoftmaxObjective(FeatureSpace space, int[] labels, double[] rowWeights, ReadOnlySpan<double> bias, int threads)
    {
        _space = space;
        _labels = labels;
        _rowWeights = rowWeights;
        _classes = bias.Length;
        _threads = threads;
        _point = MetricVector.Zero(Length, HasImages);
        _direction = MetricVector.Zero(Length, HasImages);
        _scores = new double[_classes * labels.Length];
        _directionScores = new double[_scores.Length];
        _trial = new double[_scores.Length];
        _residuals = new float[_scores.Length];
        bias.CopyTo(_point.Numbers.AsSpan(WeightLength));
        bias.CopyTo(_point.Image.AsSpan(WeightLength));
        AddBias(_point, _scores);
    }

    public int Length => WeightLength + _classes;

    public bool HasImages => _space.HasImages;

    /// <summary>λ, the strength of the penalty.</summary>
    public double Strength { get; set; }

    /// <summary>The current weights, class after class, in the numbers of the space.</summary>
    public ReadOnlySpan<double> Weights => _point.Numbers.AsSpan(0, WeightLength);

    /// <summary>The current biases.</summary>
    public ReadOnlySpan<double> Bias => _point.Numbers.AsSpan(WeightLength);

    private int WeightLength => _classes * _space.Length;

    public void Gradient(MetricVector gradient)
    {
        if (_residualStep != 0)
            Along(0);
        gradient.CopyFrom(_point);
        gradient.Scale(Strength);
        _space.AddRows(_residuals, gradient.Numbers.AsMemory(0, WeightLength), gradient.Image.AsMemory(0, WeightLength), _threads);
        for (int c = 0; c < _classes; c++)
        {
            double sum = 0;
            foreach (float residual in _residuals.AsSpan(c * _labels.Length, _labels.Length))
                sum += residual;
            gradient.Numbers[WeightLength + c] = sum;
            gradient.Image[WeightLength + c] = sum;
        }
    }

    public void Face(MetricVector direction)
    {
        _direction = direction;
        _space.Products(direction.Numbers.AsMemory(0, WeightLength), direction.Image.AsMemory(0, WeightLength), _directionScores, _threads);
        AddBias(direction, _directionScores);
        _pointPoint = WeightProduct(_point, _point);
        _pointDirection = WeightProduct(_point, direction);
        _directionDirection = WeightProduct(direction, direction);
        _residualStep = double.NaN;
    }

    public (double Value, double Slope) Along(double step)
    {
        int n = _labels.Length;
        int tasks = (n + RowsPerTask - 1) / RowsPerTask;
        var partial = new (double Loss, double Slope)[tasks];
        DensePasses.ForEach(tasks, 20L * _scores.Length, _threads, task =>
        {
            int first = task * RowsPerTask;
            partial[task] = Evaluate(step, first, Math.Min(RowsPerTask, n - first));
        });
        double loss = 0;
        double slope = 0;
        foreach (var part in partial)
        {
            loss += part.Loss;
            slope += part.Slope;
        }

        _residualStep = step;
        return (
            loss + (0.5 * Strength * (_pointPoint + (2 * step * _pointDirection) + (step * step * _directionDirection))),
            slope + (Strength * (_pointDirection + (step * _directionDirection))));
    }

    public void Move(double step)
    {
        if (_residualStep != step)
            Along(step);
        _point.Add(step, _direction);
        TensorPrimitives.MultiplyAdd<double>(_directionScores, step, _scores, _scores);
        _residualStep = 0;
    }

    /// <summary>Loss, slope and residuals of some rows, for all of them at once class by class.</summary>
    private (double Loss, double Slope) Evaluate(double step, int first, int count)
    {
        int n = _labels.Length;
        var highest = new double[count];
        var sums = new double[count];
        Array.Fill(highest, double.NegativeInfinity);
        for (int c = 0; c < _classes; c++)
        {
            var trial = _trial.AsSpan((c * n) + first, count);
            TensorPrimitives.MultiplyAdd(
                _directionScores.AsSpan((c * n) + first, count), step, _scores.AsSpan((c * n) + first, count), trial);
            TensorPrimitives.Max(highest, trial, highest);
        }

        double loss = 0;
        for (int i = 0; i < count; i++)
            loss += _rowWeights[first + i] * (highest[i] - _trial[(_labels[first + i] * n) + first + i]);
        for (int c = 0; c < _classes; c++)
        {
            var trial = _trial.AsSpan((c * n) + first, count);
            TensorPrimitives.Subtract(trial, highest, trial);
            TensorPrimitives.Exp(trial, trial);
            TensorPrimitives.Add(sums, trial, sums);
        }

        for (int i = 0; i < count; i++)
            loss += _rowWeights[first + i] * Math.Log(sums[i]);
        double slope = 0;
        for (int c = 0; c < _classes; c++)
        {
            for (int i = 0; i < count; i++)
            {
                int cell = (c * n) + first + i;
                double residual = _rowWeights[first + i] * ((_trial[cell] / sums[i]) - (_labels[first + i] == c ? 1 : 0));
                _residuals[cell] = (float)residual;
                slope += residual * _directionScores[cell];
            }
        }

        return (loss, slope);
    }

    private void AddBias(MetricVector vector, double[] scores)
    {
        for (int c = 0; c < _classes; c++)
        {
            var row = scores.AsSpan(c * _labels.Length, _labels.Length);
            TensorPrimitives.Add(row, vector.Numbers[WeightLength + c], row);
        }
    }

    private double WeightProduct(MetricVector left, MetricVector right) => TensorPrimitives.Dot<double>(
        left.Numbers.AsSpan(0, WeightLength), right.Image.AsSpan(0, WeightLength));
}
