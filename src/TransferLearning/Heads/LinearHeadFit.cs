using System.Numerics.Tensors;
using TransferLearning.Featurization;

namespace TransferLearning.Heads;

/// <summary>One run of fitting a linear head: standardise, choose the space, choose the strength, fit, fold the standardisation back.</summary>
internal sealed class LinearHeadFit
{
    /// <summary>The gradient shrinks to this part while strengths are compared.</summary>
    private const double SearchTolerance = 1e-3;

    /// <summary>The gradient of the result shrinks to this part.</summary>
    private const double FinalTolerance = 1e-5;

    private const int SearchIterations = 200;
    private const int FinalIterations = 1000;

    /// <summary>Above so many rows the products of all pairs take more memory and time than they save.</summary>
    private const int MostRowsForProducts = 5000;

    private readonly FeatureMatrix _train;
    private readonly int[] _labels;
    private readonly int _classes;
    private readonly LinearHeadOptions _options;
    private readonly IProgress<double>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly int _threads;
    private readonly double[] _strengths;
    private readonly Standardization _standardization;
    private readonly bool _byRows;

    /// <summary>Rows in the coordinates of the space: their products with all rows, or their standardised features.</summary>
    private readonly FeatureMatrix _coordinates;

    private int _searchIterations;

    public LinearHeadFit(
        FeatureMatrix train, int[] labels, int classes, LinearHeadOptions options, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        _train = train;
        _labels = labels;
        _classes = classes;
        _options = options;
        _progress = progress;
        _cancellationToken = cancellationToken;
        _threads = options.Threads ?? Environment.ProcessorCount;
        _strengths = [.. options.Strengths.Distinct().OrderDescending()];
        _standardization = Standardization.Measure(train);
        _byRows = train.Rows < train.Columns && train.Rows <= MostRowsForProducts;
        _coordinates = _byRows
            ? RowProducts.Measure(train, train, _standardization, _threads, cancellationToken)
            : _standardization.Apply(train);
    }

    public LinearHead Run(FeatureMatrix? validation, int[]? validationLabels)
    {
        var selection = Choose(validation, validationLabels);
        double strength = selection.Count == 0 ? _strengths[^1] : StrengthChoice.Best(selection).Strength;
        var fit = Everything();
        foreach (double stronger in _strengths.Where(candidate => candidate > strength))
            fit.Minimize(stronger, SearchTolerance, SearchIterations, _cancellationToken);
        fit.Minimize(strength, FinalTolerance, FinalIterations, _cancellationToken);
        _progress?.Report(1);
        return Fold(fit, strength, selection);
    }

    private List<StrengthScore> Choose(FeatureMatrix? validation, int[]? validationLabels)
    {
        if (_strengths.Length == 1)
            return [];
        SoftmaxFit[] fits;
        int rows;
        if (validation is not null && validation.Rows >= _options.MinimumValidationRows)
        {
            var coordinates = _byRows
                ? RowProducts.Measure(validation, _train, _standardization, _threads, _cancellationToken)
                : _standardization.Apply(validation);
            fits = [new SoftmaxFit(Space(_coordinates), _labels, _classes, _options.Balance, coordinates, validationLabels!, _threads)];
            rows = validation.Rows;
        }
        else
        {
            int[] folds = StratifiedFolds.Assign(_labels, _classes, _options.Folds, _options.Seed);
            rows = folds.Count(fold => fold != StratifiedFolds.Never);
            fits = [.. Enumerable.Range(0, _options.Folds).Where(folds.Contains).Select(fold => FoldFit(folds, fold))];
        }

        var scores = new List<StrengthScore>();
        if (rows == 0)
            return scores;
        for (int i = 0; i < _strengths.Length; i++)
        {
            double strength = _strengths[i];
            var judged = new (int Correct, double LogLossSum)[fits.Length];
            DensePasses.ForEach(fits.Length, long.MaxValue, _threads, fold =>
            {
                fits[fold].Minimize(strength, SearchTolerance, SearchIterations, _cancellationToken);
                judged[fold] = fits[fold].Judge();
            });
            scores.Add(new StrengthScore(strength, judged.Sum(part => part.Correct), rows, judged.Sum(part => part.LogLossSum) / rows));
            _progress?.Report(0.9 * (i + 1) / _strengths.Length);
        }

        _searchIterations = fits.Sum(fit => fit.Iterations);
        return scores;
    }

    private SoftmaxFit Everything() => new(Space(_coordinates), _labels, _classes, _options.Balance, null, [], _threads);

    private SoftmaxFit FoldFit(int[] folds, int fold)
    {
        int[] rows = [.. Enumerable.Range(0, folds.Length).Where(row => folds[row] != fold)];
        int[] heldOut = [.. Enumerable.Range(0, folds.Length).Where(row => folds[row] == fold)];
        return new SoftmaxFit(
            Space(_byRows ? RowProducts.Select(_coordinates, rows, rows) : _coordinates.Select(rows)),
            Array.ConvertAll(rows, row => _labels[row]),
            _classes,
            _options.Balance,
            _byRows ? RowProducts.Select(_coordinates, heldOut, rows) : _coordinates.Select(heldOut),
            Array.ConvertAll(heldOut, row => _labels[row]),
            threads: 1);
    }

    private FeatureSpace Space(FeatureMatrix coordinates) => _byRows ? new RowSpace(coordinates) : new PrimalSpace(coordinates);

    /// <summary>Weights on raw features: w / σ, and the bias takes −⟨w, μ/σ⟩.</summary>
    private LinearHead Fold(SoftmaxFit fit, double strength, IReadOnlyList<StrengthScore> selection)
    {
        int d = _train.Columns;
        var standardised = _byRows ? Combine(fit) : fit.Weights.ToArray();
        var weights = new float[_classes * d];
        var bias = new float[_classes];
        for (int c = 0; c < _classes; c++)
        {
            double shift = 0;
            for (int k = 0; k < d; k++)
            {
                double weight = standardised[(c * d) + k] * _standardization.Factors[k];
                weights[(c * d) + k] = (float)weight;
                shift += weight * _standardization.Means[k];
            }

            bias[c] = (float)(fit.Bias[c] - shift);
        }

        return new LinearHead(d, _classes, weights, bias) { Strength = strength, Selection = selection, Iterations = _searchIterations + fit.Iterations };
    }

    /// <summary>Weights from the combination of rows, w = Xᵀ·a, panel by panel.</summary>
    private double[] Combine(SoftmaxFit fit)
    {
        const int panelColumns = 512;
        int d = _train.Columns;
        var coefficients = new float[fit.Weights.Length];
        TensorPrimitives.ConvertTruncating(fit.Weights, coefficients.AsSpan());
        var weights = new double[_classes * d];
        for (int first = 0; first < d; first += panelColumns)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var panel = _standardization.Apply(_train, first, Math.Min(panelColumns, d - first));
            var sums = new double[_classes * panel.Columns];
            DensePasses.CoefficientsTimesRows(panel, coefficients, sums, _threads);
            for (int c = 0; c < _classes; c++)
                sums.AsSpan(c * panel.Columns, panel.Columns).CopyTo(weights.AsSpan((c * d) + first));
        }

        return weights;
    }
}
