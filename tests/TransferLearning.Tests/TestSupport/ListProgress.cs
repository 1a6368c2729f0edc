namespace TransferLearning.Tests.TestSupport;

/// <summary>Keeps all reports in the order in which they came, and fails when two come at once.</summary>
internal sealed class ListProgress(Action<TransferProgress>? report = null) : IProgress<TransferProgress>
{
    private readonly List<TransferProgress> _values = [];
    private int _inside;

    public IReadOnlyList<TransferProgress> Values => _values;

    public IEnumerable<long> Completed => _values.Select(value => value.Completed);

    public void Report(TransferProgress value)
    {
        Assert.Equal(1, Interlocked.Increment(ref _inside));
        _values.Add(value);
        report?.Invoke(value);
        Interlocked.Decrement(ref _inside);
    }
}
