namespace TransferLearning.Tests.TestSupport;

/// <summary>Keeps all reports in the order in which they came, and fails when two come at once.</summary>
internal sealed class ListProgress<T>(Action<T>? report = null) : IProgress<T>
{
    private readonly List<T> _values = [];
    private int _inside;

    public IReadOnlyList<T> Values => _values;

    public void Report(T value)
    {
        Assert.Equal(1, Interlocked.Increment(ref _inside));
        _values.Add(value);
        report?.Invoke(value);
        Interlocked.Decrement(ref _inside);
    }
}
