using System.Globalization;

namespace TransferLearning;

/// <summary>Ends training when a metric has not become better for a number of epochs, as the Keras callback of this name does.</summary>
/// <remarks>Immutable, safe for use from many threads.</remarks>
public sealed record EarlyStopping : ICheckedOptions
{
    private const int FewestToWait = 2;

    /// <summary>The metric that is watched. <value>The default is the validation loss.</value></summary>
    public TrainingMetric Metric { get; init; } = TrainingMetric.ValidationLoss;

    /// <summary>
    /// How many epochs without progress are waited for, 1 or more. Null: a third of the epochs, 2 at least. <value>The default is
    /// null.</value>
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>By how much the metric must become better to count as progress, 0 or more. <value>The default is 0.</value></summary>
    public double MinimumDelta { get; init; }

    /// <summary>
    /// Whether the weights of the best epoch are taken in the end, and not those of the last. <value>The default is true.</value>
    /// </summary>
    public bool RestoreBest { get; init; } = true;

    /// <summary>The decision is a function of the epochs so far, so a resumed run decides as the unbroken one would.</summary>
    /// <param name="history">The epochs so far.</param>
    /// <param name="epochs">The number of epochs that are planned.</param>
    internal bool ShouldStop(IReadOnlyList<EpochLog> history, int epochs) =>
        Metric.Progress(history, MinimumDelta).Reverse().TakeWhile(better => !better).Count() >= PatienceOf(epochs);

    /// <summary>The patience in a run of so many epochs.</summary>
    private int PatienceOf(int epochs) => Patience ?? Math.Max(FewestToWait, (epochs + 2) / 3);

    /// <summary>What is left of it where there is nothing to validate on; null if it watches a validation metric.</summary>
    internal EarlyStopping? WithoutValidation() => Metric.NeedsValidation() ? null : this;

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.RequireDefined(Metric);
        errors.Require(Patience is null or >= 1, Patience, "null or 1 or more");
        errors.Require(MinimumDelta >= 0 && double.IsFinite(MinimumDelta), MinimumDelta, "0 or more");
    }

    internal string Describe()
    {
        string patience = Patience?.ToString(CultureInfo.InvariantCulture) ?? "a third of the epochs";
        string least = MinimumDelta > 0 ? string.Create(CultureInfo.InvariantCulture, $", better by {MinimumDelta:R}") : "";
        return $"{Metric}, patience {patience}{least}, {(RestoreBest ? "best" : "last")} weights";
    }
}
