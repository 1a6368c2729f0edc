using System.Diagnostics;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>The result of a training.</summary>
/// <param name="Model">The network with the trained weights; otherwise as it was.</param>
/// <param name="History">The epochs.</param>
internal sealed record TrainingResult(OnnxModel Model, TrainingHistory History)
{
    /// <summary>The score of the start, where it was a candidate for the model; otherwise null.</summary>
    public ValidationScore? Start { get; init; }

    /// <summary>The number of the epoch that became the model, 0 for the start; null where the last one did unasked.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>The options with the numbers that the run chose for what was left open; the rate is that of the last start.</summary>
    public required TrainingOptions Used { get; init; }

    /// <summary>The number of training images that were held out to choose the best epoch.</summary>
    public int HeldOut { get; init; }

    /// <summary>Whether the run resumed a checkpoint with other options.</summary>
    public bool HasChanged { get; init; }

    /// <summary>What the run decided on its way, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>
/// The training loop. Its whole state is the weights, the optimizer's slots, the running statistics, the position and the history; all else
/// follows from the options and the data, so a run resumed from a checkpoint ends with the same weights as one that was never interrupted.
/// </summary>
internal sealed partial class Trainer : IDisposable
{
    private readonly TrainableNetwork _network;
    private readonly TrainingExamples? _validation;
    private readonly TrainingOptions _options;
    private readonly int _epochs;
    private readonly IProgress<TransferProgress>? _progress;
    private readonly StepRunner _runner;
    private readonly IReadOnlyDictionary<string, string> _fingerprint;
    private readonly List<EpochLog> _history = [];
    private readonly List<string> _notes = [];
    private readonly Snapshot _kept;
    private readonly bool _keepsBest;
    private ValidationScore? _start;
    private FallGuard? _guard;
    private RunPosition _position;

    private Trainer(
        TrainableNetwork network,
        TrainingExamples train,
        TrainingExamples? validation,
        TrainingOptions options,
        IProgress<TransferProgress>? progress)
    {
        _network = network;
        _validation = validation;
        if (validation is null)
            options = options with { EarlyStopping = options.EarlyStopping?.WithoutValidation() };
        _options = options = options.Resolved(train.Count);
        _epochs = options.Epochs!.Value;
        _progress = progress;
        _runner = new StepRunner(network, train, options);
        if (validation is not null)
            StepRunner.RequireFit(_runner.Session.Graph, validation);
        _fingerprint = options.CheckpointFolder is null
            ? new Dictionary<string, string>()
            : RunFingerprint.Of(options, network, _runner.Parameters, train, validation);
        _keepsBest = options.EarlyStopping?.RestoreBest ?? (validation is not null && options.StartsFitted);
        _kept = new Snapshot(_runner);
    }

    /// <summary>Trains a network.</summary>
    /// <param name="network">The network, and which of its weights are trained.</param>
    /// <param name="train">The training examples.</param>
    /// <param name="validation">The validation examples, evaluated after every epoch; null for none.</param>
    /// <param name="options">The options; valid ones.</param>
    /// <param name="progress">Receives progress updates of every step and every epoch.</param>
    /// <param name="cancellationToken">Stops within a step, with a checkpoint where there is a folder for it.</param>
    /// <exception cref="TrainingDivergedException">The loss or a gradient is not finite.</exception>
    /// <exception cref="OnnxGraphException">The network cannot be trained; the message names the node.</exception>
    /// <exception cref="InvalidDataException">The checkpoint folder holds a file that this run cannot go on from.</exception>
    public static TrainingResult Fit(
        TrainableNetwork network,
        TrainingExamples train,
        TrainingExamples? validation,
        TrainingOptions options,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var trainer = new Trainer(network, train, validation, options, progress);
        using (cancellationToken.Register(trainer._runner.Session.Cancel))
            trainer.Run(cancellationToken);
        return trainer.Result();
    }

    public void Dispose() => _runner.Dispose();

    private void Run(CancellationToken cancellationToken)
    {
        if (_options.StartsFitted && _validation is not null)
            _start = MeasureStart(_validation);
        Resume();
        try
        {
            while (!_position.Ended)
            {
                RunEpoch(cancellationToken);
                SaveCheckpoint();
            }
        }
        catch (OperationCanceledException)
        {
            SaveCheckpoint();
            if (!_options.KeepBestWhenCancelled || _history.Count == 0)
                throw new OperationCanceledException(cancellationToken);
            Note(FormattableString.Invariant($"Cancelled after {_history.Count} of {_epochs} epochs; the best so far is the model."));
        }
    }

    private TrainingResult Result()
    {
        // The activations of a step, gradients and slots make room for the weights of the model.
        _runner.Dispose();
        return new TrainingResult(ModelWith(_kept), new TrainingHistory(_history))
        {
            Start = _start,
            BestEpoch = _keepsBest ? BestSoFar : null,
            Notes = _notes,
            Used = _options with { LearningRate = Rate },
            HasChanged = _hasChanged,
        };
    }

    private void RunEpoch(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        double before = _position.Seconds;
        double plateau = _options.ReduceOnPlateau?.FactorAfter(_history) ?? 1;
        _runner.BeginEpoch(_position.Epoch);
        while (_position.StepOfEpoch < _runner.StepsPerEpoch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double rate = NextRate(plateau);
            if (!RunStep(rate))
            {
                RecoverFromDivergence(GlobalStep, rate);
                return;
            }

            _position = _position with { Seconds = before + Stopwatch.GetElapsedTime(start).TotalSeconds };
            Report(completed: null);
            if (_guard?.Suspects(_position) == true && HasFallen(out string? fall))
            {
                Recover(fall);
                return;
            }

            if (_options.Race?.IsOver == true)
            {
                GiveUp("the time was over");
                return;
            }

            if (_options.CheckpointEverySteps is { } every && _position.StepOfEpoch % every == 0)
                SaveCheckpoint();
        }

        var measured = _validation is null ? default : HeldOutScore.Of(_runner.Session, _validation, calibrated: _guard is not null);
        if (!double.IsFinite(measured.Loss))
        {
            RecoverFromDivergence(GlobalStep - 1, _position.LearningRate);
            return;
        }

        if (_guard?.HasFallen(measured.Accuracy) == true)
        {
            Recover(Fall(measured.Accuracy));
            return;
        }

        EndEpoch(new EpochLog
        {
            Epoch = _position.Epoch + 1,
            Loss = _position.LossSum / _position.Seen,
            Accuracy = (double)_position.Correct / _position.Seen,
            ValidationLoss = _validation is null ? null : measured.Loss,
            CalibratedValidationLoss = measured.CalibratedLoss,
            ValidationAccuracy = _validation is null ? null : measured.Accuracy,
            LearningRate = _position.LearningRate,
            Seconds = before + Stopwatch.GetElapsedTime(start).TotalSeconds,
        });
    }

    private double NextRate(double plateau) => Rate * plateau *
        _options.Schedule.Factor(GlobalStep, _runner.StepsPerEpoch, _epochs);

    /// <summary>Runs a step; false, with the weights as they were, where something is not finite.</summary>
    private bool RunStep(double rate)
    {
        var outcome = _runner.Run(_position.Epoch, _position.StepOfEpoch, rate);
        if (!outcome.IsFinite)
            return false;
        _position = _position with
        {
            StepOfEpoch = _position.StepOfEpoch + 1,
            LossSum = _position.LossSum + ((double)outcome.Loss * outcome.Seen),
            Correct = _position.Correct + outcome.Correct,
            Seen = _position.Seen + outcome.Seen,
            LearningRate = rate,
        };
        return true;
    }

    private void EndEpoch(EpochLog log)
    {
        _history.Add(log);
        if (!_keepsBest || BestSoFar == log.Epoch)
            _kept.Take();
        Report(log);
        _position = new RunPosition { Epoch = log.Epoch, Restarts = _position.Restarts, Ended = IsOver };
        if (!_position.Ended && _options.Race?.IsBehind(_history, _epochs) == true)
            GiveUp("it was behind another candidate");
    }

    /// <summary>Whether the epochs so far are all.</summary>
    private bool IsOver => _history.Count >= _epochs || _options.EarlyStopping?.ShouldStop(_history, _epochs) == true;

    private long GlobalStep => ((long)_position.Epoch * _runner.StepsPerEpoch) + _position.StepOfEpoch;

    private void Report(EpochLog? completed, string? note = null) => _progress?.Report(
        new TransferProgress(TransferStage.Train, GlobalStep, (long)_epochs * _runner.StepsPerEpoch, completed) { Note = note });

    private OnnxModel ModelWith(Snapshot snapshot) => snapshot.IsStart
        ? _network.Model
        : _network.Model.WithInitializers(_runner.ByName(snapshot.Parts[0], snapshot.Parts[1]));
}
