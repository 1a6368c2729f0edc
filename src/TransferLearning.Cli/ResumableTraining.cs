namespace TransferLearning.Cli;

/// <summary>A training was cancelled that left a checkpoint.</summary>
internal sealed class ResumableTraining(OperationCanceledException cancelled)
    : OperationCanceledException("Cancelled. The same command with --resume goes on from the last checkpoint.", cancelled, cancelled.CancellationToken);
