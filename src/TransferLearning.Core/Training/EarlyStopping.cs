using System.Globalization;

namespace TransferLearning;

/// <summary>Ends training when a metric has not become better for a number of epochs, as the Keras callback of this name does.</summary>
/// <remarks>Immutable, safe for use from many threads.</remarks>
public sealed record EarlyStopping : ICheckedOptions
{
    /// <summary>The metric that is watched. <value>The default is the validation loss.</value></summary>
    public TrainingMetric Metric { get; init; } = TrainingMetric.ValidationLoss;

    /// <summary>How many epochs without progress are waited for, 1 or more. <value>The default is 5.</value></summary>
    public int Patience { get; init; } = 5;

    /// <summary>By how much the metric must become better to count as progress, 0 or more. <value>The default is 0.</value></summary>
    public double MinimumDelta { get; init; }

    /// <summary>
    /// Whether the weights of the best epoch are taken in the end, and not those of the last. <value>The default is true.</value>
    /// </summary>
    public bool RestoreBest { get; init; } = true;

    /// <summary>The decision is a function of the epochs so far, so a resumed run decides as the unbroken one would.</summary>
    internal bool ShouldStop(IReadOnlyList<EpochLog> history) =>
        Metric.Progress(history, MinimumDelta).Reverse().TakeWhile(better => !better).Count() >= Patience;

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.RequireDefined(Metric);
        errors.Require(Patience >= 1, Patience, "1 or more");
        errors.Require(MinimumDelta >= 0 && double.IsFinite(MinimumDelta), MinimumDelta, "0 or more");
    }

    internal string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"{Metric} {Patience} {MinimumDelta:R} {RestoreBest}");
}
