namespace TransferLearning;

/// <summary>
/// Tries the strengths from the strongest to the weakest, each fit starting where the one before ended, and scores them on rows that were
/// not fitted to: the folds of a cross-validation, and validation rows.
/// </summary>
internal sealed class RegularizationSearch(HeadSpace space, int[] labels, int classes, LinearHeadOptions options, int views, int threads)
{
    /// <summary>The gradient shrinks to this part while strengths are compared.</summary>
    private const double Tolerance = 3e-4;

    private const int MaximumIterations = 300;

    /// <summary>
    /// From so much work for a pass over the rows on, the fits take turns with all threads; below they run beside each other.
    /// </summary>
    private const long WorkInTurns = 50_000_000;

    /// <summary>After so many strengths in a row that are worse than the best one, weaker ones would only overfit more.</summary>
    private const int WorseToStop = 2;

    /// <summary>The steps of all fits together.</summary>
    public int Iterations { get; private set; }

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
            double strength = strengths[i];
            var judged = new (int Correct, double[] Losses)[fits.Count];
            DensePasses.ForEach(fits.Count, long.MaxValue, InTurns ? 1 : threads, index =>
            {
                fits[index].Minimize(strength, Tolerance, MaximumIterations, cancellationToken);
                judged[index] = fits[index].Judge();
            }, cancellationToken);
            var score = new RegularizationScore(strength, judged.Sum(part => part.Correct), [.. judged.SelectMany(part => part.Losses)]);
            worse = scores.Count > 0 && score.LogLoss > scores.Min(other => other.LogLoss) ? worse + 1 : 0;
            scores.Add(score);
            progress?.Report((i + 1.0) / strengths.Length);
        }

        Iterations = fits.Sum(fit => fit.Iterations);
        return scores;
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
            int[] foldOfImage = StratifiedFolds.Assign(labels.AsSpan(0, images), classes, options.FoldsFor(images), options.Seed);
            bool oneIsEnough = options.Folds is null && images >= LinearHeadOptions.ImagesForOneFold;
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
                threadsOfFit)),
        ];
    }

    private bool InTurns => (long)labels.Length * classes * space.Width > WorkInTurns;

    private int[] Pick(int[] rows) => Array.ConvertAll(rows, row => labels[row]);
}
