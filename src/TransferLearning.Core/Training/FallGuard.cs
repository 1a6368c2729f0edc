namespace TransferLearning;

/// <summary>
/// Tells when a run has fallen far below its start: it has lost a quarter of what the start knew above naming the largest class, and more
/// than chance explains.
/// </summary>
internal sealed class FallGuard
{
    /// <summary>What a restart multiplies the learning rate with.</summary>
    public const double RateFactor = 1.0 / 3;

    /// <summary>How often a run may start again.</summary>
    public const int Restarts = 2;

    private const double LostShare = 0.25;
    private const double StandardErrors = 3;

    /// <summary>Within an epoch nothing is judged before so many images.</summary>
    private const int FewestImages = 64;

    private readonly double _start;
    private readonly double _chance;
    private readonly int _images;

    /// <param name="start">The score of the start.</param>
    /// <param name="validation">The images that it was measured on.</param>
    public FallGuard(ValidationScore start, TrainingExamples validation)
    {
        _start = start.Accuracy;
        _images = validation.Count;
        _chance = (double)validation.Labels.CountBy(label => label).Max(group => group.Value) / validation.Count;
    }

    /// <summary>Whether so low an accuracy on the validation images is a fall.</summary>
    public bool HasFallen(double accuracy) => accuracy < Floor(_images);

    /// <summary>
    /// Whether the training images of an epoch so far suggest a fall, at a step at which that is asked. They cost nothing, but augmented
    /// and blended images are harder than those of validation, which have the last word; steps 4, 8, 16, … bound what asking costs.
    /// </summary>
    public bool Suspects(RunPosition position) =>
        position.StepOfEpoch >= 4 && int.IsPow2(position.StepOfEpoch) && position.Seen >= FewestImages &&
        (double)position.Correct / position.Seen < Floor(position.Seen);

    private double Floor(int images)
    {
        double error = Math.Sqrt(_start * (1 - _start) * ((1.0 / _images) + (1.0 / images)));
        return _start - Math.Max(LostShare * (_start - _chance), StandardErrors * error);
    }
}
