namespace TransferLearning;

/// <summary>How one class did in an evaluation.</summary>
/// <param name="Label">The name of the class.</param>
/// <param name="Precision">
/// Of the images that were given this class, the share that are of it, 0 to 1; 0 where no image was given it.
/// </param>
/// <param name="Recall">Of the images of this class, the share that were recognised, 0 to 1; 0 where there is no image of it.</param>
/// <param name="F1">The harmonic mean of precision and recall, 0 to 1; 0 where both are 0.</param>
/// <param name="Support">The number of images of this class.</param>
/// <remarks>Undefined ratios are 0, never NaN, as scikit-learn has it with <c>zero_division=0</c>.</remarks>
public sealed record ClassMetrics(string Label, double Precision, double Recall, double F1, int Support);

/// <summary>Averages of the metrics of the classes.</summary>
/// <param name="Precision">The average precision, 0 to 1.</param>
/// <param name="Recall">The average recall, 0 to 1.</param>
/// <param name="F1">The average of the F1 scores, 0 to 1.</param>
public sealed record AverageMetrics(double Precision, double Recall, double F1);
