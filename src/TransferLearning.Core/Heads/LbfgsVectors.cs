namespace TransferLearning;

/// <summary>
/// Vectors that one minimisation leaves to the next. With many classes a vector takes 10 MB and a minimisation two dozen of them, which
/// would otherwise wait for the garbage collector.
/// </summary>
/// <remarks>Safe for use from many threads.</remarks>
internal sealed class LbfgsVectors
{
    private readonly Lock _lock = new();
    private readonly Stack<MetricVector> _free = [];

    /// <summary>A vector of any numbers; those of another size are let go.</summary>
    public MetricVector Rent(ILineObjective objective)
    {
        lock (_lock)
        {
            while (_free.TryPop(out var vector))
            {
                if (vector.Numbers.Length == objective.Length && vector.HasImage == objective.HasImages)
                    return vector;
            }
        }

        return MetricVector.Zero(objective.Length, objective.HasImages);
    }

    /// <summary>Takes a vector back that is no longer used.</summary>
    public void Return(MetricVector vector)
    {
        lock (_lock)
            _free.Push(vector);
    }
}
