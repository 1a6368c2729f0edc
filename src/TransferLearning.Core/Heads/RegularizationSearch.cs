namespace TransferLearning;

/// <summary>
/// Tries the strengths from the strongest to the weakest, each fit starting where the one before ended, and scores them on rows that were
/// not fitted to: the folds of a cross-validation, and validation rows.
/// </summary>
/// <param name="space">The features of the training rows.</param>
/// <param name="labels">Their classes.</param>
/// <param name="classes">The number of classes.</param>
/// <param name="options">The options.</param>
/// <param name="views">The number of views of an image: the rows of all images in one view, then those in the next.</param>
/// <param name="groups">The groups of images, see <see cref="RowGroups"/>; null for none.</param>
/// <param name="threads">The number of threads.</param>
internal sealed class RegularizationSearch(
    HeadSpace space, int[] labels, int classes, LinearHeadOptions options, int views, int[]? groups, int threads)
{
    /// <summary>The gradient shrinks to this part while strengths are compared.</summary>
    public const double Tolerance = 3e-4;

    /// <summary>
    /// The same where a pass over the rows is long and the score still changes much from strength to strength: the rough minimum tells that
    /// weaker strengths are better.
    /// </summary>
    public const double RoughTolerance = 3e-3;

    /// <summary>A score that is lower than the lowest one by this part needs no better minimum.</summary>
    public const double ClearGain = 0.01;

    private const int MaximumIterations = 300;

    /// <summary>
    /// From so much work for a pass over the rows on, the fits take turns with all threads; below they run beside each other.
    /// </summary>
    private const long WorkInTurns = 50_000_000;

    /// <summary>After so many strengths in a row that are worse than the best one, weaker ones would only overfit more.</summary>
    private const int WorseToStop = 2;

    /// <summary>The vectors of the minimiser, for all fits.</summary>
    public LbfgsVectors Vectors { get; } = new();

    /// <summary>The steps of all fits together.</summary>
    public int Iterations { get; private set; }

    /// <summary>
    /// Whether a pass over the rows is so long that fits use all threads, rough minima where they are enough, and the result of each other.
    /// </summary>
    public bool InTurns => (long)labels.Length * classes * space.Width > WorkInTurns;

    /// <summary>
    /// The weights and biases where the last fit ended, a start for all training rows; null where weights are combinations of rows.
    /// </summary>
    public double[]? End { get; private set; }

    /// <summary>The fit to all training rows, where validation rows alone chose and fits are long; otherwise null.</summary>
    public SoftmaxFit? Whole { get; private set; }

    /// <summary>Scores of the strengths; empty if there is no row to score on.</summary>
    /// <param name="strengths">The strengths, strongest first.</param>
    /// <param name="validation">The features of validation rows, or null.</param>
    /// <param name="validationLabels">Their classes.</param>
    /// <param name="progress">Gets the finished part, 0 to 1.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    public List<RegularizationScore> Run(
        double[] strengths,
        FeatureMatrix? validation,
        int[]? validationLabels,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        var fits = Fits(validation, validationLabels, cancellationToken);
        var scores = new List<RegularizationScore>();
        if (fits.Count == 0)
            return scores;
        int worse = 0;
        for (int i = 0; i < strengths.Length && worse < WorseToStop; i++)
        {
            var score = Score(fits, strengths[i], InTurns ? RoughTolerance : Tolerance, cancellationToken);
            if (InTurns && scores.Count > 0 && score.LogLoss > (1 - ClearGain) * scores.Min(other => other.LogLoss))
                score = Score(fits, strengths[i], Tolerance, cancellationToken);
            worse = scores.Count > 0 && score.LogLoss > scores.Min(other => other.LogLoss) ? worse + 1 : 0;
            scores.Add(score);
            progress?.Report((i + 1.0) / strengths.Length);
        }

        Iterations = fits.Sum(fit => fit.Iterations);
        Whole = InTurns && validation is { Rows: > 0 } ? fits[0] : null;
        End = space.ByRows ? null : [.. fits[0].Weights, .. fits[0].Bias];
        return scores;
    }

    private RegularizationScore Score(List<SoftmaxFit> fits, double strength, double tolerance, CancellationToken cancellationToken)
    {
        var judged = new (int Correct, double[] Losses)[fits.Count];
        DensePasses.ForEach(fits.Count, long.MaxValue, InTurns ? 1 : threads, index =>
        {
            fits[index].Minimize(strength, tolerance, MaximumIterations, cancellationToken);
            judged[index] = fits[index].Judge();
        }, cancellationToken);
        return new RegularizationScore(strength, judged.Sum(part => part.Correct), [.. judged.SelectMany(part => part.Losses)]);
    }

    private List<SoftmaxFit> Fits(FeatureMatrix? validation, int[]? validationLabels, CancellationToken cancellationToken)
    {
        var parts = new List<(int[] Rows, Func<int[], FeatureMatrix> HeldOut, int[] HeldOutLabels)>();
        if (validation is { Rows: > 0 })
        {
            var coordinates = space.Coordinates(validation, cancellationToken);
            parts.Add(([.. Enumerable.Range(0, labels.Length)], _ => coordinates, validationLabels!));
        }

        if (validation is null || validation.Rows < options.SufficientValidationRows)
        {
            // The views of an image resemble each other: what is held out is held out in every view.
            int images = labels.Length / views;
            int[] foldOfImage = StratifiedFolds.Assign(
                labels.AsSpan(0, images), classes, options.FoldsFor(images, groups is not null), options.Seed, groups);
            bool oneIsEnough = options.Folds is null && groups is null && images >= LinearHeadOptions.ImagesForOneFold;
            var folds = foldOfImage.Where(fold => fold != StratifiedFolds.Never).Distinct().Order();
            foreach (int fold in oneIsEnough ? folds.Take(1) : folds)
            {
                int[] heldOut = [.. Enumerable.Range(0, images).Where(image => foldOfImage[image] == fold)];
                int[] rows = [.. Enumerable.Range(0, labels.Length).Where(row => foldOfImage[row % images] != fold)];
                parts.Add((rows, learned => space.Coordinates(heldOut, learned), Pick(heldOut)));
            }
        }

        int threadsOfFit = InTurns ? threads : Math.Max(1, threads / Math.Max(1, parts.Count));
        return
        [
            .. parts.Select(part => new SoftmaxFit(
                space.OfRows(part.Rows),
                Pick(part.Rows),
                classes,
                options.Balance,
                part.HeldOut(part.Rows),
                part.HeldOutLabels,
                threadsOfFit,
                Vectors)),
        ];
    }

    private int[] Pick(int[] rows) => Array.ConvertAll(rows, row => labels[row]);
}
