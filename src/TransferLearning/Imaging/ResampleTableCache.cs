namespace TransferLearning.Imaging;

/// <summary>
/// Keeps tables of weights for the sizes that were met last: pictures of one data set mostly share a few sizes. The number of slots is
/// fixed, so the cache cannot grow; a table that falls out is computed again.
/// </summary>
/// <remarks>Safe for use from many threads without locks: a slot holds an immutable table, and a lost race costs one computation.</remarks>
internal sealed class ResampleTableCache
{
    /// <summary>A table of a photograph is about 10 kB.</summary>
    private const int Slots = 64;

    private readonly ResampleTable?[] _tables = new ResampleTable?[Slots];

    /// <summary>The table for the axis, computed where it is not kept.</summary>
    public ResampleTable Get(in ResampleAxis axis)
    {
        ref var slot = ref _tables[(uint)axis.GetHashCode() % Slots];
        var table = Volatile.Read(ref slot);
        if (table is null || table.Axis != axis)
        {
            table = ResampleTable.Create(axis);
            Volatile.Write(ref slot, table);
        }

        return table;
    }
}
