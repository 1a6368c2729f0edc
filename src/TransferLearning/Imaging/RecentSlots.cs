namespace TransferLearning.Imaging;

/// <summary>
/// Keeps the tables that were met last, each in the slot of its hash: a set of pictures mostly needs the same few. The number of slots is fixed,
/// so this cannot grow; a table that falls out is computed again.
/// </summary>
/// <remarks>
/// Safe for use from many threads without locks as long as tables are immutable: a lost race costs one computation. Tables of equal hash share a
/// slot, so whoever reads one asks whether it is the right one.
/// </remarks>
/// <param name="count">The number of slots.</param>
internal sealed class RecentSlots<T>(int count)
    where T : class
{
    private readonly T?[] _slots = new T?[count];

    /// <summary>The table in the slot of a hash; null for none.</summary>
    public T? this[int hash]
    {
        get => Volatile.Read(ref _slots[(uint)hash % (uint)_slots.Length]);
        set => Volatile.Write(ref _slots[(uint)hash % (uint)_slots.Length], value);
    }
}
