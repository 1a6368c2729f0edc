namespace TransferLearning;

/// <summary>A bin of a reliability diagram: the images whose highest probability lies in one interval.</summary>
public sealed record CalibrationBin
{
    /// <summary>The lower end of the interval, 0 to 1; it does not belong to the interval unless it is 0.</summary>
    public required double Lower { get; init; }

    /// <summary>The upper end of the interval, 0 to 1; it belongs to the interval.</summary>
    public required double Upper { get; init; }

    /// <summary>The number of images.</summary>
    public required int Images { get; init; }

    /// <summary>The mean of their highest probabilities, 0 to 1; 0 without images.</summary>
    public required double Confidence { get; init; }

    /// <summary>The fraction of them that are classified correctly, 0 to 1; 0 without images.</summary>
    public required double Accuracy { get; init; }
}

/// <summary>Coverage and accuracy when predictions below a probability are rejected.</summary>
public sealed record RejectionPoint
{
    /// <summary>The minimum probability of an accepted prediction, 0 to 1.</summary>
    public required double Threshold { get; init; }

    /// <summary>The number of images with an accepted prediction.</summary>
    public required int Answered { get; init; }

    /// <summary>Their fraction of all images, 0 to 1.</summary>
    public required double Coverage { get; init; }

    /// <summary>The fraction of the accepted predictions that are correct, 0 to 1; null if there are none.</summary>
    public required double? Accuracy { get; init; }
}

/// <summary>
/// How well the probabilities of a classifier match its accuracy: of the predictions made with 80%, about 80% should be correct.
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed class Calibration
{
    /// <summary>The number of bins of equal width between 0 and 1; the usual number in the literature.</summary>
    public const int BinCount = 15;

    private readonly (float Confidence, bool Correct)[] _predictions;

    internal Calibration((float Confidence, bool Correct)[] predictions)
    {
        _predictions = predictions;
        Bins = [.. Enumerable.Range(0, BinCount).Select(Bin)];
        ExpectedError = Bins.Sum(bin => bin.Images * Math.Abs(bin.Accuracy - bin.Confidence)) / predictions.Length;
    }

    /// <summary>The bins, from 0 to 1.</summary>
    public IReadOnlyList<CalibrationBin> Bins { get; }

    /// <summary>
    /// The expected calibration error, 0 to 1: the mean distance between confidence and accuracy over the <see cref="BinCount"/> bins,
    /// weighted by their images (M. P. Naeini, G. F. Cooper, M. Hauskrecht, Obtaining well calibrated probabilities using Bayesian
    /// binning, 2015).
    /// </summary>
    public double ExpectedError { get; }

    /// <summary>Coverage and accuracy when predictions below a probability are rejected.</summary>
    /// <param name="threshold">The minimum probability of an accepted prediction, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not 0 to 1.</exception>
    public RejectionPoint RejectBelow(double threshold)
    {
        if (!(threshold is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The threshold is a probability, 0 to 1.");
        var accepted = _predictions.Where(prediction => prediction.Confidence >= threshold).ToArray();
        return new RejectionPoint
        {
            Threshold = threshold,
            Answered = accepted.Length,
            Coverage = (double)accepted.Length / _predictions.Length,
            Accuracy = accepted.Length == 0 ? null : Accuracy(accepted),
        };
    }

    /// <summary>The bin of a probability.</summary>
    private static int BinOf(float confidence) => Math.Clamp((int)Math.Ceiling((double)confidence * BinCount) - 1, 0, BinCount - 1);

    private static double Accuracy((float Confidence, bool Correct)[] predictions) =>
        (double)predictions.Count(prediction => prediction.Correct) / predictions.Length;

    private CalibrationBin Bin(int index)
    {
        var predictions = _predictions.Where(prediction => BinOf(prediction.Confidence) == index).ToArray();
        return new CalibrationBin
        {
            Lower = (double)index / BinCount,
            Upper = (double)(index + 1) / BinCount,
            Images = predictions.Length,
            Confidence = predictions.Length == 0 ? 0 : predictions.Average(prediction => (double)prediction.Confidence),
            Accuracy = predictions.Length == 0 ? 0 : Accuracy(predictions),
        };
    }
}
