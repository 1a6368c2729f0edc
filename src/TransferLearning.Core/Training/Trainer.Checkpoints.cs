namespace TransferLearning;

/// <content>How a run is saved, and how it goes on from there.</content>
internal sealed partial class Trainer
{
    /// <summary>Whether the run goes on with other options than it began with.</summary>
    private bool _hasChanged;

    private void Resume()
    {
        if (_options.CheckpointFolder is not { } folder ||
            Checkpoint.Load(folder, _fingerprint, State(), () => _kept.Parts, _options.ResumeChanges) is not { } checkpoint)
            return;
        _runner.Session.Send();
        _position = checkpoint.Position;
        _history.AddRange(checkpoint.History);
        _notes.AddRange(checkpoint.Notes);
        if (checkpoint.Changes.Count > 0)
            Change(checkpoint.Changes, folder);
        bool endsAnEpoch = _position is { StepOfEpoch: 0, CannotGoOn: false };
        if (!_keepsBest || (endsAnEpoch && BestSoFar == _history.Count))
            _kept.Take();
        else if (BestSoFar != (checkpoint.KeptEpoch ?? 0))
            throw Checkpoint.Unusable(
                folder,
                FormattableString.Invariant($"EarlyStopping takes the weights of epoch {BestSoFar}, which the run has not kept"));
    }

    /// <summary>
    /// Goes on with other options. What has been decided follows from the epochs so far, so that it is decided anew.
    /// </summary>
    private void Change(IReadOnlyList<ResumedChange> changes, string folder)
    {
        int begun = _position.Epoch + (_position.StepOfEpoch > 0 ? 1 : 0);
        if (begun > _epochs)
            throw Checkpoint.Unusable(
                folder, FormattableString.Invariant($"{begun} epochs have begun already, so that Epochs cannot be {_epochs}"));
        _hasChanged = true;
        _position = _position with
        {
            Ended = _position.CannotGoOn || (_position.StepOfEpoch == 0 && IsOver),
            Restarts = changes.Any(change => change.Kind == ResumeChanges.LearningRate) ? 0 : _position.Restarts,
        };
        string where = _position.StepOfEpoch > 0 ? "in" : "after";
        Note(FormattableString.Invariant(
            $"Resumed {where} epoch {begun} with {string.Join(", ", changes.Select(change => change.Describe()))}."));
    }

    private void SaveCheckpoint()
    {
        if (_options.CheckpointFolder is not { } folder)
            return;
        _runner.Session.Fetch();
        var checkpoint = new Checkpoint(_position, new TrainingHistory(_history), _fingerprint)
        {
            Notes = _notes,
            KeptEpoch = _keepsBest ? BestSoFar : null,
        };
        checkpoint.Save(folder, State(), () => _kept.Parts);
    }

    private IReadOnlyList<Memory<float>> State() =>
        [_runner.Parameters.Weights, .. _runner.Parameters.Slots, _runner.Session.Statistics.Values];

    /// <summary>The weights and statistics of one moment: those that the run begins with, until it takes others.</summary>
    private sealed class Snapshot(StepRunner runner)
    {
        private Memory<float>[]? _parts;

        /// <summary>Whether the weights are still those of the network, of which no copy is made.</summary>
        public bool IsStart => _parts is null;

        /// <summary>Weights and statistics: to be read once there are others than those of the start, or written to resume a run.</summary>
        public IReadOnlyList<Memory<float>> Parts =>
            _parts ??= [new float[runner.Parameters.Length], new float[runner.Session.Statistics.Values.Length]];

        /// <summary>Takes the weights and statistics as they are now.</summary>
        public void Take()
        {
            runner.Session.Fetch();
            runner.Parameters.Weights.CopyTo(Parts[0]);
            runner.Session.Statistics.Values.CopyTo(Parts[1]);
        }
    }
}
