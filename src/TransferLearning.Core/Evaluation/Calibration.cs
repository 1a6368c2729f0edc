namespace TransferLearning;

/// <summary>The images whose highest probability lies in one part of 0 to 1.</summary>
/// <param name="Lower">Where the part begins, 0 to 1.</param>
/// <param name="Upper">Where it ends, 0 to 1; the end belongs to the part.</param>
/// <param name="Images">The number of images.</param>
/// <param name="Confidence">The mean of their highest probabilities, 0 to 1; 0 where there is no image.</param>
/// <param name="Accuracy">The share of them whose most probable class is right, 0 to 1; 0 where there is no image.</param>
public sealed record CalibrationBin(double Lower, double Upper, int Images, double Confidence, double Accuracy);

/// <summary>What is gained and lost when answers below a probability are withheld.</summary>
/// <param name="Threshold">The least probability of an answer that is given, 0 to 1.</param>
/// <param name="Answered">The number of images that get an answer.</param>
/// <param name="Coverage">Their share of all images, 0 to 1.</param>
/// <param name="Accuracy">The share of the answers that are right, 0 to 1; null where there is none.</param>
public sealed record RejectionPoint(double Threshold, int Answered, double Coverage, double? Accuracy);

/// <summary>Whether the probabilities of a classifier mean what they say: of the answers given with 80%, about 80% should be right.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed class Calibration
{
    /// <summary>The number of parts of equal width that 0 to 1 is cut into; what the literature reports.</summary>
    public const int BinCount = 15;

    private readonly (float Confidence, bool Right)[] _answers;

    internal Calibration((float Confidence, bool Right)[] answers)
    {
        _answers = answers;
        Bins = [.. Enumerable.Range(0, BinCount).Select(Bin)];
        ExpectedError = Bins.Sum(bin => bin.Images * Math.Abs(bin.Accuracy - bin.Confidence)) / answers.Length;
    }

    /// <summary>The parts, from 0 to 1.</summary>
    public IReadOnlyList<CalibrationBin> Bins { get; }

    /// <summary>
    /// The expected calibration error, 0 to 1: the mean distance between probability and accuracy over the <see cref="BinCount"/> parts,
    /// each with the weight of its images (M. P. Naeini, G. F. Cooper, M. Hauskrecht, Obtaining well calibrated probabilities using
    /// Bayesian binning, 2015).
    /// </summary>
    public double ExpectedError { get; }

    /// <summary>What comes of withholding answers below a probability.</summary>
    /// <param name="threshold">The least probability of an answer that is given, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not 0 to 1.</exception>
    public RejectionPoint RejectBelow(double threshold)
    {
        if (!(threshold is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The threshold is a probability, 0 to 1.");
        int answered = 0, right = 0;
        foreach (var answer in _answers)
        {
            if (answer.Confidence < threshold)
                continue;
            answered++;
            right += answer.Right ? 1 : 0;
        }

        return new RejectionPoint(threshold, answered, (double)answered / _answers.Length, answered == 0 ? null : (double)right / answered);
    }

    /// <summary>The part of 0 to 1 that a probability falls into.</summary>
    private static int BinOf(float confidence) => Math.Clamp((int)Math.Ceiling((double)confidence * BinCount) - 1, 0, BinCount - 1);

    private CalibrationBin Bin(int index)
    {
        var answers = _answers.Where(answer => BinOf(answer.Confidence) == index).ToArray();
        double lower = (double)index / BinCount, upper = (double)(index + 1) / BinCount;
        return answers.Length == 0
            ? new CalibrationBin(lower, upper, 0, 0, 0)
            : new CalibrationBin(
                lower, upper, answers.Length, answers.Average(answer => (double)answer.Confidence), (double)answers.Count(answer => answer.Right) / answers.Length);
    }
}
