namespace TransferLearning;

/// <content>From weights on standardised features to those on the features of the network.</content>
public sealed partial class LinearHead
{
    /// <summary>Folds the standardisation into the weights, w · factor, and the bias, b − ⟨w · factor, mean⟩.</summary>
    internal static LinearHead OnRawFeatures(
        ReadOnlySpan<double> standardised,
        ReadOnlySpan<double> standardisedBias,
        Standardization standardization,
        double strength,
        IReadOnlyList<RegularizationScore> selection,
        int iterations)
    {
        int classes = standardisedBias.Length;
        var factors = standardization.Factors;
        var means = standardization.Means;
        var weights = new float[standardised.Length];
        var bias = new float[classes];
        for (int c = 0; c < classes; c++)
        {
            double shift = 0;
            for (int k = 0; k < means.Length; k++)
            {
                double weight = standardised[(c * means.Length) + k] * factors[k];
                weights[(c * means.Length) + k] = (float)weight;
                shift += weight * means[k];
            }

            bias[c] = (float)(standardisedBias[c] - shift);
        }

        return new LinearHead(means.Length, classes, weights, bias)
        {
            RegularizationStrength = strength,
            Selection = selection,
            Iterations = iterations,
        };
    }
}
