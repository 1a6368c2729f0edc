using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TransferLearning;

/// <content>What a run does when it falls below its start or diverges.</content>
internal sealed partial class Trainer
{
    /// <summary>The highest learning rate, lowered by the restarts.</summary>
    private double Rate => _options.LearningRate!.Value * Math.Pow(FallGuard.RateFactor, _position.Restarts);

    private int BestSoFar => BestEpoch.Find(_start, _history, _options.EarlyStopping);

    private ValidationScore MeasureStart(TrainingExamples validation)
    {
        var score = HeldOutScore.Of(_runner.Session, validation, calibrated: true);
        var start = new ValidationScore { Epoch = 0, Loss = score.CalibratedLoss ?? score.Loss, Accuracy = score.Accuracy };
        _guard = new FallGuard(start, validation);
        return start;
    }

    private bool HasFallen([NotNullWhen(true)] out string? fall)
    {
        double accuracy = HeldOutScore.Of(_runner.Session, _validation!).Accuracy;
        fall = _guard!.HasFallen(accuracy) ? Fall(accuracy) : null;
        return fall is not null;
    }

    private string Fall(double accuracy) => string.Create(
        CultureInfo.InvariantCulture,
        $"validation accuracy fell from {100 * _start!.Accuracy:F1}% at the start to {100 * accuracy:F1}%");

    /// <summary>Starts again at a lower rate, or ends with the best epoch, or throws where there is neither.</summary>
    private void RecoverFromDivergence(long step, double rate)
    {
        if (_guard is null || (BestSoFar == 0 && _position.Restarts == FallGuard.Restarts))
            throw new TrainingDivergedException(step, rate) { LastGoodModel = ModelWith(_kept) };
        Recover("the loss was no longer finite");
    }

    /// <summary>
    /// Starts again from the first weights at a lower rate; ends with the best weights where an epoch was better than the start already, or
    /// after too many restarts.
    /// </summary>
    private void Recover(string fall)
    {
        string where = string.Create(CultureInfo.InvariantCulture, $"In epoch {_position.Epoch + 1} {fall}");
        if (BestSoFar > 0 || _position.Restarts == FallGuard.Restarts)
        {
            string kept = BestSoFar > 0 ? FormattableString.Invariant($"epoch {BestSoFar}") : "the start";
            EndHere();
            Note($"{where}; training ended, and {kept} is kept.");
            return;
        }

        _history.Clear();
        _runner.Reset();
        _position = new RunPosition { Restarts = _position.Restarts + 1 };
        Note(string.Create(CultureInfo.InvariantCulture, $"{where}; started again with a learning rate of {Rate:G3}."));
    }

    /// <summary>Ends the run with the best weights so far.</summary>
    private void GiveUp(string reason)
    {
        EndHere();
        Note(string.Create(CultureInfo.InvariantCulture, $"Ended after {_history.Count} of {_epochs} epochs: {reason}."));
    }

    private void EndHere() => _position = new RunPosition
    {
        Epoch = _position.Epoch, Restarts = _position.Restarts, Ended = true, CannotGoOn = true,
    };

    private void Note(string text)
    {
        _notes.Add(text);
        Report(completed: null, text);
    }
}
