namespace TransferLearning;

/// <summary>
/// How the share of errors falls with the number of images that are learned from, as a power of it (J. Hestness et al., Deep learning
/// scaling is predictable, empirically, 2017), through two measured points.
/// </summary>
/// <param name="Learned">The images that the heads of a cross-validation learned from.</param>
/// <param name="Error">The share of errors on the images that were held out from them, 0 to 1.</param>
/// <param name="FewerLearned">As <paramref name="Learned"/>, but fewer.</param>
/// <param name="FewerError">The share of errors with so few.</param>
internal sealed record LearningCurve(double Learned, double Error, double FewerLearned, double FewerError)
{
    /// <summary>The error of heads does not fall faster than in proportion to the images.</summary>
    private const double SteepestPower = 1;

    /// <summary>Two points near each other say little about what is far away.</summary>
    private const double FarthestFactor = 4;

    /// <summary>The share of errors to expect with so many images; never more than was measured.</summary>
    public double ErrorWith(double images)
    {
        if (images <= Learned || Error <= 0 || FewerError <= Error || FewerLearned >= Learned)
            return Error;
        double power = Math.Min(Math.Log(FewerError / Error) / Math.Log(Learned / FewerLearned), SteepestPower);
        return Error * Math.Pow(Math.Min(images / Learned, FarthestFactor), -power);
    }
}
