namespace TransferLearning.Imaging;

/// <summary>Keeps tables of weights for the sizes that were met last: pictures of one data set mostly share a few sizes.</summary>
/// <remarks>Safe for use from many threads.</remarks>
internal sealed class ResampleTableCache
{
    /// <summary>A table of a photograph is about 10 kB.</summary>
    private const int Slots = 64;

    private readonly RecentSlots<ResampleTable> _tables = new(Slots);

    /// <summary>The table for the axis, computed where it is not kept.</summary>
    public ResampleTable Get(in ResampleAxis axis)
    {
        int hash = axis.GetHashCode();
        var table = _tables[hash];
        if (table is null || table.Axis != axis)
            _tables[hash] = table = ResampleTable.Create(axis);
        return table;
    }
}
