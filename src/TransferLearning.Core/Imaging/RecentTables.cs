namespace TransferLearning;

/// <summary>The input from which a table is computed.</summary>
internal interface ITableSource<T>
    where T : class
{
    /// <summary>Equal for equal sources.</summary>
    int Hash { get; }

    /// <summary>Whether the table was computed from this input.</summary>
    bool IsOf(T table);

    /// <summary>Computes the table.</summary>
    T Compute();
}

/// <summary>
/// Keeps the tables that were computed last: the images of a dataset mostly need the same few. Their number is fixed; the oldest is dropped
/// and computed again when needed.
/// </summary>
/// <remarks>
/// Safe for use from many threads without locks as long as tables are immutable: a lost race costs one computation. All entries are
/// searched, which takes far less time than decoding an image, so no two tables can evict each other by their hashes.
/// </remarks>
/// <param name="count">The number of tables that are kept.</param>
internal sealed class RecentTables<T>(int count)
    where T : class
{
    private readonly Entry?[] _entries = new Entry?[count];
    private uint _computed;

    /// <summary>The table of an input, computed if it is not kept.</summary>
    /// <param name="source">The input.</param>
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
