using System.Globalization;

namespace TransferLearning;

/// <summary>
/// The candidates for a data set. All are scored on the same images: each fine-tuning starts from the head of the frozen features, whose
/// score is that of its start.
/// </summary>
/// <param name="frozen">The classifier on frozen features.</param>
internal sealed class TransferRace(ImageClassifier frozen)
{
    /// <summary>By what <see cref="Add"/> decides, in words: without them two equal accuracies look like no reason.</summary>
    private const string Measure = "it takes a lower loss without a lower accuracy";

    private readonly List<RaceEntry> _entries =
    [
        new RaceEntry { Scenario = TransferScenario.FeatureExtraction, Freeze = 1, Seconds = frozen.Training!.Seconds },
    ];

    private readonly List<ImageClassifier> _losers = [];
    private readonly double _frozenAccuracy = frozen.Training!.ValidationAccuracy ?? 0;
    private ImageClassifier _winner = frozen;
    private int _first;

    /// <summary>The validation loss of the best candidate so far; null before there is one to compare with.</summary>
    public double? LossToBeat => _entries[_first].Best?.Loss;

    /// <summary>The latest candidate, in words.</summary>
    public string Latest => Describe(_entries[^1]);

    /// <summary>The seconds that a candidate takes, judged by an earlier one; null where there is none.</summary>
    public double? Estimate(double freeze) =>
        _entries.FirstOrDefault(entry => entry is { Scenario: TransferScenario.FineTuning, Best: not null }) is { } known
            ? known.Seconds * (1.1 - freeze) / (1.1 - known.Freeze)
            : null;

    /// <summary>
    /// Whether a candidate is worth its time: a deeper one where the one before it gained, a shallower one where the first gained nothing.
    /// </summary>
    public bool ComesNext(double freeze)
    {
        var tried = _entries.Where(entry => entry is { Scenario: TransferScenario.FineTuning, Best: not null }).ToArray();
        return tried.Length == 0 || (freeze < tried[0].Freeze) == (tried[0].Best!.Epoch > 0) || tried[^1].Best!.Epoch == 0;
    }

    /// <summary>Adds a trained candidate; it leads where it is better than all before it.</summary>
    public void Add(double freeze, ImageClassifier candidate)
    {
        var training = candidate.Training!;
        var best = training.BestEpoch switch
        {
            null => null,
            0 => training.Start,
            { } epoch => ValidationScore.Of(training.History!.First(log => log.Epoch == epoch)),
        };
        _entries[0] = _entries[0] with { Best = _entries[0].Best ?? training.Start };
        _entries.Add(new RaceEntry
        {
            Scenario = TransferScenario.FineTuning,
            Freeze = freeze,
            Best = best,
            Seconds = training.Seconds,
            Note = training.Notes.Count > 0 ? training.Notes[^1] : null,
        });
        var leader = _entries[_first].Best;
        double least = Math.Max(_entries[0].Best?.Accuracy ?? 0, _frozenAccuracy);
        if (best is { Epoch: > 0 } && leader is not null && best.Loss < leader.Loss && best.Accuracy >= least)
        {
            _losers.Add(_winner);
            _winner = candidate;
            _first = _entries.Count - 1;
        }
        else
        {
            _losers.Add(candidate);
        }
    }

    /// <summary>Lists a candidate that was not trained.</summary>
    public void LeaveOut(double freeze, string reason, double seconds = 0) => _entries.Add(
        new RaceEntry { Scenario = TransferScenario.FineTuning, Freeze = freeze, Seconds = seconds, Note = reason });

    /// <summary>The winner, with the race in its file.</summary>
    /// <param name="unmeasured">Why nothing was measured against frozen features; null where it was.</param>
    /// <param name="advice">The guess.</param>
    public ImageClassifier Finish(string? unmeasured, TransferAdvice advice)
    {
        _entries[_first] = _entries[_first] with { IsWinner = true };
        var training = _winner.Training! with
        {
            Race = _entries,
            Advice = Reason(unmeasured),
            Seconds = _entries.Sum(entry => entry.Seconds),
            Notes = [$"The guess before: {advice.Reason}", .. _winner.Training.Notes],
        };
        var finished = _winner.WithTraining(training);
        _losers.Add(_winner);
        return finished;
    }

    /// <summary>Disposes what the caller does not get.</summary>
    public void DisposeLosers()
    {
        foreach (var loser in _losers)
            loser.Dispose();
    }

    private string Reason(string? unmeasured)
    {
        if (unmeasured is not null)
            return $"Frozen features are kept, since {unmeasured}.";
        if (_entries[0].Best is not { } start)
            return "Frozen features are kept, since no fine-tuning could be measured against them.";
        string frozenScore = Score(start);
        return _first == 0
            ? $"Frozen features are kept, since no fine-tuning was better than {frozenScore}: {Measure}."
            : $"{Describe(_entries[_first])}, better than frozen features with {frozenScore}: {Measure}.";
    }

    private static string Describe(RaceEntry entry) => string.Create(
        CultureInfo.InvariantCulture,
        $"Fine-tuning with {100 * entry.Freeze:F0}% frozen reached {(entry.Best is null ? "no score" : Score(entry.Best))}");

    private static string Score(ValidationScore score) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * score.Accuracy:F1}% (loss {score.Loss:F3})");
}
