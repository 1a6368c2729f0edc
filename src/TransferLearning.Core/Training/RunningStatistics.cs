using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>One running mean or variance with the batch's value that it follows, and where it begins among all of them.</summary>
internal readonly record struct RunningStatistic(
    string RunningName, Memory<float> Running, string BatchName, Memory<float> Batch, float Momentum, int Offset);

/// <summary>
/// The running means and variances of the BatchNormalizations that train, all in one piece of memory, aligned like the weights of a
/// <see cref="ParameterStore"/>.
/// </summary>
internal sealed class RunningStatistics
{
    public RunningStatistics(IReadOnlyList<TrainedNormalization> normalizations)
    {
        int length = 2 * normalizations.Sum(normalization => ParameterStore.Padded(normalization.Channels));
        Values = ParameterStore.Pinned(length);
        Memory<float> batch = ParameterStore.Pinned(length);
        var items = new List<RunningStatistic>();
        int offset = 0;
        foreach (var norm in normalizations)
        {
            Add(norm.RunningMean, norm.BatchMean, norm);
            Add(norm.RunningVariance, norm.BatchVariance, norm);
        }

        Items = items;

        void Add(string running, string batchTensor, TrainedNormalization norm)
        {
            items.Add(new RunningStatistic(
                running, Values.Slice(offset, norm.Channels), batchTensor, batch.Slice(offset, norm.Channels), norm.Momentum, offset));
            offset += ParameterStore.Padded(norm.Channels);
        }
    }

    /// <summary>All running values, for snapshots; padding is zero and stays so.</summary>
    public Memory<float> Values { get; }

    /// <summary>The statistics, a mean and a variance for each BatchNormalization.</summary>
    public IReadOnlyList<RunningStatistic> Items { get; }

    /// <summary><c>running ← momentum·running + (1 − momentum)·batch</c>.</summary>
    public void Follow()
    {
        // By index: enumerating the interface would allocate in every step.
        for (int i = 0; i < Items.Count; i++)
        {
            var item = Items[i];
            TensorPrimitives.Multiply(item.Running.Span, item.Momentum, item.Running.Span);
            TensorPrimitives.MultiplyAdd(item.Batch.Span, 1 - item.Momentum, item.Running.Span, item.Running.Span);
        }
    }
}
