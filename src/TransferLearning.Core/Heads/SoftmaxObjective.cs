using System.Buffers;
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
    private const int RowsPerTask = 128;

    /// <summary>A class whose rows are all certain has no second derivatives left to divide by.</summary>
    public const double SmallestCurvature = 1e-6;

    private readonly FeatureSpace _space;
    private readonly int[] _labels;
    private readonly double[] _rowWeights;
    private readonly int _classes;
    private readonly int _threads;
    private readonly MetricVector _point;
    private readonly float[] _scores;
    private readonly float[] _directionScores;
    private readonly float[] _residuals;
    private readonly double[] _curvatures;
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
        _scores = new float[_classes * labels.Length];
        _directionScores = new float[_scores.Length];
        _residuals = new float[_scores.Length];
        _curvatures = new double[_classes];
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

    /// <summary>Makes given weights and biases the current point, in a space whose vectors have no images.</summary>
    public void MoveTo(ReadOnlySpan<double> point)
    {
        var direction = MetricVector.Zero(Length, hasImage: false);
        TensorPrimitives.Subtract(point, _point.Numbers, direction.Numbers);
        Face(direction);
        Move(1);
    }

    public void Gradient(MetricVector gradient)
    {
        if (_residualStep != 0)
            Along(0);
        if (_space.Preconditioner is not null)
            MeasureCurvature();
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

    /// <summary>Takes the second derivatives at the current point as those that <see cref="Precondition"/> divides by.</summary>
    private void MeasureCurvature()
    {
        int n = _labels.Length;
        DensePasses.ForEach(_classes, 4L * _scores.Length, _threads, c =>
        {
            double sum = 0;
            for (int i = 0; i < n; i++)
                sum += Curvature(_residuals[(c * n) + i], _rowWeights[i], _labels[i] == c);

            _curvatures[c] = Math.Max(SmallestCurvature, sum);
        });
    }

    /// <summary>
    /// ω·p·(1 − p) of a row and a class, the second derivative by the score, from the residual ω·p, less ω for the right class.
    /// </summary>
    public static double Curvature(float residual, double rowWeight, bool isRight)
    {
        double probability = (residual / rowWeight) + (isRight ? 1 : 0);
        return rowWeight * probability * (1 - probability);
    }

    public bool Precondition(MetricVector vector)
    {
        if (_space.Preconditioner is not { } preconditioner)
            return false;
        preconditioner.Apply(vector.Numbers, _curvatures, Strength);
        return true;
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
        TensorPrimitives.MultiplyAdd<float>(_directionScores, (float)step, _scores, _scores);
        _residualStep = 0;
    }

    /// <summary>Loss, slope and residuals of some rows, for all of them at once class by class.</summary>
    private (double Loss, double Slope) Evaluate(double step, int first, int count)
    {
        int n = _labels.Length;
        double[] scratch = ArrayPool<double>.Shared.Rent((_classes + 3) * count);
        var trials = scratch.AsSpan(0, _classes * count);
        var highest = scratch.AsSpan(_classes * count, count);
        var sums = scratch.AsSpan((_classes + 1) * count, count);
        var directions = scratch.AsSpan((_classes + 2) * count, count);
        highest.Fill(double.NegativeInfinity);
        sums.Clear();
        for (int c = 0; c < _classes; c++)
        {
            var trial = trials.Slice(c * count, count);
            TensorPrimitives.ConvertTruncating<float, double>(_directionScores.AsSpan((c * n) + first, count), directions);
            TensorPrimitives.ConvertTruncating<float, double>(_scores.AsSpan((c * n) + first, count), trial);
            TensorPrimitives.MultiplyAdd(directions, step, trial, trial);
            TensorPrimitives.Max(highest, trial, highest);
        }

        double loss = 0;
        for (int i = 0; i < count; i++)
            loss += _rowWeights[first + i] * (highest[i] - trials[(_labels[first + i] * count) + i]);
        for (int c = 0; c < _classes; c++)
        {
            var trial = trials.Slice(c * count, count);
            TensorPrimitives.Subtract(trial, highest, trial);
            TensorPrimitives.Exp(trial, trial);
            TensorPrimitives.Add(sums, trial, sums);
        }

        for (int i = 0; i < count; i++)
        {
            loss += _rowWeights[first + i] * Math.Log(sums[i]);
            sums[i] = _rowWeights[first + i] / sums[i];
        }

        double slope = 0;
        for (int c = 0; c < _classes; c++)
        {
            var trial = trials.Slice(c * count, count);
            TensorPrimitives.Multiply(trial, sums, trial);
            for (int i = 0; i < count; i++)
            {
                if (_labels[first + i] == c)
                    trial[i] -= _rowWeights[first + i];
            }

            TensorPrimitives.ConvertTruncating<double, float>(trial, _residuals.AsSpan((c * n) + first, count));
            TensorPrimitives.ConvertTruncating<float, double>(_directionScores.AsSpan((c * n) + first, count), directions);
            slope += TensorPrimitives.Dot<double>(trial, directions);
        }

        ArrayPool<double>.Shared.Return(scratch);
        return (loss, slope);
    }

    private void AddBias(MetricVector vector, float[] scores)
    {
        for (int c = 0; c < _classes; c++)
        {
            var row = scores.AsSpan(c * _labels.Length, _labels.Length);
            TensorPrimitives.Add(row, (float)vector.Numbers[WeightLength + c], row);
        }
    }

    private double WeightProduct(MetricVector left, MetricVector right) => TensorPrimitives.Dot<double>(
        left.Numbers.AsSpan(0, WeightLength), right.Image.AsSpan(0, WeightLength));
}
