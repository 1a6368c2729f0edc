namespace TransferLearning.Cli;

/// <summary>The cancellation of a training that has written a checkpoint.</summary>
internal sealed class ResumableTraining(OperationCanceledException cancelled)
    : OperationCanceledException(Advice, cancelled, cancelled.CancellationToken)
{
    private const string Advice = "Cancelled. Run the same command with --resume to continue from the last checkpoint.";
}
