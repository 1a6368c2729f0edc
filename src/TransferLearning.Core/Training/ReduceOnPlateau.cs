using System.Globalization;

namespace TransferLearning;

/// <summary>Lowers the learning rate when a metric has not become better for a number of epochs, on top of the schedule.</summary>
/// <remarks>Immutable, safe for use from many threads.</remarks>
public sealed record ReduceOnPlateau : ICheckedOptions
{
    /// <summary>The metric that is watched. <value>The default is the validation loss.</value></summary>
    public TrainingMetric Metric { get; init; } = TrainingMetric.ValidationLoss;

    /// <summary>
    /// How many epochs without progress are waited for before each reduction, 1 or more. <value>The default is 3.</value>
    /// </summary>
    public int Patience { get; init; } = 3;

    /// <summary>What the learning rate is multiplied with, in (0, 1). <value>The default is 0.1.</value></summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>By how much the metric must become better to count as progress, 0 or more. <value>The default is 0.</value></summary>
    public double MinimumDelta { get; init; }

    /// <summary>
    /// The factor for the next epoch, as a function of the epochs so far: a resumed run gets what the unbroken one would.
    /// </summary>
    internal double FactorAfter(IReadOnlyList<EpochLog> history)
    {
        double factor = 1;
        int waited = 0;
        foreach (bool better in Metric.Progress(history, MinimumDelta))
        {
            waited = better ? 0 : waited + 1;
            if (waited < Patience)
                continue;
            factor *= Factor;
            waited = 0;
        }

        return factor;
    }

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.RequireDefined(Metric);
        errors.Require(Patience >= 1, Patience, "1 or more");
        errors.Require(Factor is > 0 and < 1, Factor, "in (0, 1)");
        errors.Require(MinimumDelta >= 0 && double.IsFinite(MinimumDelta), MinimumDelta, "0 or more");
    }

    internal string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"{Metric} {Patience} {Factor:R} {MinimumDelta:R}");
}
