using System.Collections;
using System.Text;

namespace TransferLearning.Cli.Shards;

/// <summary>
/// A compact list of paths: UTF-8 in large blocks and eight bytes for the position of each, where strings take two bytes for each character
/// and thirty more for each path. The indexer creates the string.
/// </summary>
internal sealed class PathList : IReadOnlyList<string>
{
    private const int BlockBits = 16;
    private const int BlockBytes = 1 << BlockBits;

    /// <summary>The terminator: no path contains this character.</summary>
    private const byte End = 0;

    private readonly List<byte[]> _blocks = [];

    /// <summary>The start of each path: its block, and the byte in it.</summary>
    private readonly List<long> _places = [];

    private int _used = BlockBytes;

    public int Count => _places.Count;

    public string this[int index] => Encoding.UTF8.GetString(Bytes(_places[index]));

    /// <summary>Adds a path.</summary>
    /// <exception cref="ArgumentException">The path contains a null character.</exception>
    public void Add(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A path cannot contain a null character.", nameof(path));
        int needed = Encoding.UTF8.GetByteCount(path) + 1;
        if (needed > BlockBytes - _used)
        {
            // A list may have lines of any length: a path that fits into no block gets its own.
            _blocks.Add(new byte[Math.Max(BlockBytes, needed)]);
            _used = 0;
        }

        byte[] block = _blocks[^1];
        Encoding.UTF8.GetBytes(path, block.AsSpan(_used));
        _places.Add(((_blocks.Count - 1L) << BlockBits) | (uint)_used);
        block[_used + needed - 1] = End;
        _used = Math.Min(BlockBytes, _used + needed);
    }

    /// <summary>Sorts the paths by their bytes.</summary>
    public void Sort() => _places.Sort((a, b) => Bytes(a).SequenceCompareTo(Bytes(b)));

    /// <summary>Removes duplicates of a sorted list.</summary>
    public void RemoveRepeats()
    {
        int kept = 0;
        for (int i = 0; i < _places.Count; i++)
        {
            if (kept == 0 || !Bytes(_places[i]).SequenceEqual(Bytes(_places[kept - 1])))
                _places[kept++] = _places[i];
        }

        _places.RemoveRange(kept, _places.Count - kept);
    }

    public IEnumerator<string> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private ReadOnlySpan<byte> Bytes(long place)
    {
        var rest = _blocks[(int)(place >> BlockBits)].AsSpan((int)(place & (BlockBytes - 1)));
        return rest[..rest.IndexOf(End)];
    }
}
