using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>
/// The objective of <see cref="SoftmaxObjective"/> on rows that are read from a <see cref="FeatureTable"/>, part by part, in every pass:
/// the memory does not depend on the number of rows. A trial step costs a whole pass, which gives the gradient there too.
/// </summary>
internal sealed class StreamedObjective : ILineObjective
{
    /// <summary>A part has about so many numbers.</summary>
    private const int NumbersOfPart = 1 << 22;

    private const int RowsPerTask = 128;

    private readonly FeatureTable _table;
    private readonly Standardization _standardization;
    private readonly Preconditioner? _preconditioner;
    private readonly double[] _rowWeights;
    private readonly int _classes;
    private readonly int _threads;
    private readonly CancellationToken _cancellationToken;
    private readonly int _rowsOfPart;
    private readonly double[] _curvatures;
    private readonly double[] _trialCurvatures;
    private readonly float[] _weights;
    private readonly float[] _scores;
    private double[] _point;
    private double[] _trial;
    private double[] _gradient;
    private double[] _trialGradient;
    private MetricVector _direction;
    private double _loss = double.NaN;
    private double _trialLoss;
    private double _trialStep = double.NaN;

    /// <param name="table">The rows.</param>
    /// <param name="standardization">How they are standardised.</param>
    /// <param name="preconditioner">An approximate inverse of the second derivatives; null for none.</param>
    /// <param name="shares">What each class counts.</param>
    /// <param name="start">The weights, class after class, and the biases to start from.</param>
    /// <param name="threads">The number of threads that may work.</param>
    /// <param name="cancellationToken">Stops between parts.</param>
    public StreamedObjective(
        FeatureTable table,
        Standardization standardization,
        Preconditioner? preconditioner,
        double[] shares,
        double[] start,
        int threads,
        CancellationToken cancellationToken)
    {
        _table = table;
        _standardization = standardization;
        _preconditioner = preconditioner;
        _classes = shares.Length;
        _threads = threads;
        _cancellationToken = cancellationToken;
        _rowsOfPart = Math.Clamp(NumbersOfPart / Math.Max(table.Columns, _classes), RowsPerTask, 1 << 14);
        int[] counts = ClassShares.Count(table.Labels, _classes);
        _rowWeights = [.. shares.Select((share, c) => share / counts[c])];
        _point = start;
        _trial = new double[start.Length];
        _gradient = new double[start.Length];
        _trialGradient = new double[start.Length];
        _curvatures = new double[_classes];
        _trialCurvatures = new double[_classes];
        _weights = new float[WeightLength];
        _scores = new float[_classes * Math.Min(_rowsOfPart, table.Rows)];
    }

    public int Length => _point.Length;

    public bool HasImages => false;

    /// <summary>Each trial is a pass over all rows, so the first step that goes down well is taken.</summary>
    public double Curvature => 0.9;

    /// <summary>λ, the strength of the penalty.</summary>
    public double Strength { get; set; }

    /// <summary>The passes over the rows.</summary>
    public int Passes { get; private set; }

    /// <summary>The weights, class after class, and the biases.</summary>
    public ReadOnlySpan<double> Point => _point;

    private int WeightLength => _classes * _table.Columns;

    public void Gradient(MetricVector gradient)
    {
        if (double.IsNaN(_loss))
        {
            _point.CopyTo(_trial, 0);
            Pass();
            Accept();
        }

        _gradient.CopyTo(gradient.Numbers, 0);
        var weights = gradient.Numbers.AsSpan(0, WeightLength);
        TensorPrimitives.MultiplyAdd(_point.AsSpan(0, WeightLength), Strength, weights, weights);
    }

    public bool Precondition(MetricVector vector)
    {
        if (_preconditioner is null)
            return false;
        _preconditioner.Apply(vector.Numbers, _curvatures, Strength);
        return true;
    }

    public void Face(MetricVector direction)
    {
        _direction = direction;
        _trialStep = double.NaN;
    }

    public (double Value, double Slope) Along(double step)
    {
        if (step == 0)
            return (_loss + Penalty(_point), Slope(_point, _gradient));
        if (_trialStep != step)
        {
            TensorPrimitives.MultiplyAdd(_direction.Numbers, step, _point, _trial);
            Pass();
            _trialStep = step;
        }

        return (_trialLoss + Penalty(_trial), Slope(_trial, _trialGradient));
    }

    public void Move(double step)
    {
        Along(step);
        Accept();
    }

    private void Accept()
    {
        (_point, _trial) = (_trial, _point);
        (_gradient, _trialGradient) = (_trialGradient, _gradient);
        _trialCurvatures.CopyTo(_curvatures, 0);
        _loss = _trialLoss;
        _trialStep = double.NaN;
    }

    private double Penalty(double[] point) => 0.5 * Strength * TensorPrimitives.SumOfSquares<double>(point.AsSpan(0, WeightLength));

    private double Slope(double[] point, double[] gradient) => TensorPrimitives.Dot<double>(gradient, _direction.Numbers)
        + (Strength * TensorPrimitives.Dot<double>(point.AsSpan(0, WeightLength), _direction.Numbers.AsSpan(0, WeightLength)));

    /// <summary>Loss, gradient and second derivatives at the trial point, without the penalty.</summary>
    private void Pass()
    {
        Passes++;
        TensorPrimitives.ConvertTruncating<double, float>(_trial.AsSpan(0, WeightLength), _weights);
        Array.Clear(_trialGradient);
        Array.Clear(_trialCurvatures);
        double loss = 0;
        foreach (var (first, part) in _table.InParts(_rowsOfPart, _standardization, _threads, _cancellationToken))
        {
            var residuals = _scores.AsMemory(0, _classes * part.Rows);
            DensePasses.RowsTimesWeights(part, _weights, residuals, _threads);
            loss += Residuals(residuals, first, part.Rows);
            DensePasses.CoefficientsTimesRows(part, residuals, _trialGradient.AsMemory(0, WeightLength), _threads);
        }

        for (int c = 0; c < _classes; c++)
            _trialCurvatures[c] = Math.Max(SoftmaxObjective.SmallestCurvature, _trialCurvatures[c]);
        _trialLoss = loss;
    }

    /// <summary>Replaces scores by residuals; returns the loss.</summary>
    private double Residuals(Memory<float> scores, int firstRow, int rows)
    {
        int tasks = (rows + RowsPerTask - 1) / RowsPerTask;
        var losses = new double[tasks];
        DensePasses.ForEach(tasks, 20L * scores.Length, _threads, task =>
        {
            int first = task * RowsPerTask;
            losses[task] = Residuals(scores.Span, firstRow, first, Math.Min(RowsPerTask, rows - first), rows);
        });
        DensePasses.ForEach(_classes, 4L * scores.Length, _threads, c =>
        {
            var row = scores.Span.Slice(c * rows, rows);
            double sum = 0;
            double curvature = 0;
            for (int i = 0; i < rows; i++)
            {
                int label = _table.Labels[firstRow + i];
                curvature += SoftmaxObjective.Curvature(row[i], _rowWeights[label], label == c);
                sum += row[i];
            }

            _trialGradient[WeightLength + c] += sum;
            _trialCurvatures[c] += curvature;
        });
        return losses.Sum();
    }

    private double Residuals(Span<float> scores, int firstRow, int first, int count, int rows)
    {
        Span<float> highest = stackalloc float[RowsPerTask];
        Span<double> sums = stackalloc double[RowsPerTask];
        highest.Fill(float.NegativeInfinity);
        sums.Clear();
        highest = highest[..count];
        for (int c = 0; c < _classes; c++)
        {
            var part = scores.Slice((c * rows) + first, count);
            TensorPrimitives.Add(part, (float)_trial[WeightLength + c], part);
            TensorPrimitives.Max(highest, part, highest);
        }

        double loss = 0;
        for (int i = 0; i < count; i++)
        {
            int label = _table.Labels[firstRow + first + i];
            loss += _rowWeights[label] * (highest[i] - scores[(label * rows) + first + i]);
        }

        for (int c = 0; c < _classes; c++)
        {
            var part = scores.Slice((c * rows) + first, count);
            TensorPrimitives.Subtract(part, highest, part);
            TensorPrimitives.Exp(part, part);
            for (int i = 0; i < count; i++)
                sums[i] += part[i];
        }

        Span<float> factors = stackalloc float[RowsPerTask];
        for (int i = 0; i < count; i++)
        {
            double weight = _rowWeights[_table.Labels[firstRow + first + i]];
            loss += weight * Math.Log(sums[i]);
            factors[i] = (float)(weight / sums[i]);
        }

        for (int c = 0; c < _classes; c++)
        {
            var part = scores.Slice((c * rows) + first, count);
            TensorPrimitives.Multiply(part, factors[..count], part);
        }

        for (int i = 0; i < count; i++)
        {
            int label = _table.Labels[firstRow + first + i];
            scores[(label * rows) + first + i] -= (float)_rowWeights[label];
        }

        return loss;
    }
}
