using TransferLearning;

/// <summary>Prints one line for each tenth of a stage.</summary>
internal sealed class ConsoleProgress : IProgress<TransferProgress>
{
    private readonly Lock _lock = new();
    private (TransferStage Stage, long Tenth)? _last;

    public void Report(TransferProgress value)
    {
        lock (_lock)
        {
            var now = (value.Stage, 10 * value.Completed / Math.Max(value.Total, 1));
            if (now == _last)
                return;
            _last = now;
            Console.WriteLine($"{value.Stage,-12} {value.Completed}/{value.Total}");
        }
    }
}
