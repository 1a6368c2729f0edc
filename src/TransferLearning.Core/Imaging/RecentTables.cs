namespace TransferLearning;

/// <summary>What a table is computed from.</summary>
internal interface ITableSource<T>
    where T : class
{
    /// <summary>Equal for equal sources.</summary>
    int Hash { get; }

    /// <summary>Whether this is what the table was computed from.</summary>
    bool IsOf(T table);

    /// <summary>Computes the table.</summary>
    T Compute();
}

/// <summary>
/// Keeps the tables that were computed last: a set of images mostly needs the same few. Their number is fixed, so this cannot grow; the oldest
/// falls out, and is computed again when it is asked for.
/// </summary>
/// <remarks>
/// Safe for use from many threads without locks as long as tables are immutable: a lost race costs one computation. All are looked through, which
/// takes less time than one image by far, so that no two tables can drive each other out.
/// </remarks>
/// <param name="count">How many are kept.</param>
internal sealed class RecentTables<T>(int count)
    where T : class
{
    private readonly Entry?[] _entries = new Entry?[count];
    private uint _computed;

    /// <summary>The table of a source, computed where it is not kept.</summary>
    /// <param name="source">What it is computed from.</param>

    public T Get<TSource>(scoped in TSource source)
        where TSource : ITableSource<T>, allows ref struct
    {
        int hash = source.Hash;
        for (int i = 0; i < _entries.Length; i++)
        {
            if (Volatile.Read(ref _entries[i]) is not { } entry)
                break;
            if (entry.Hash == hash && source.IsOf(entry.Table))
                return entry.Table;
        }

        var table = source.Compute();
        uint place = (Interlocked.Increment(ref _computed) - 1) % (uint)_entries.Length;
        Volatile.Write(ref _entries[place], new Entry(hash, table));
        return table;
    }

    private sealed class Entry(int hash, T table)
    {
        public int Hash => hash;

        public T Table => table;
    }
}
