using System.Collections;
using System.Text;

namespace TransferLearning.Cli.Shards;

/// <summary>
/// Paths that take little more memory than their letters: UTF-8 in large blocks and eight bytes for the place of each, where strings take
/// two bytes for a letter and thirty more for each path. A path becomes a string when it is asked for.
/// </summary>
internal sealed class PathList : IReadOnlyList<string>
{
    private const int BlockBits = 16;
    private const int BlockBytes = 1 << BlockBits;

    /// <summary>No path has this character, so it ends each.</summary>
    private const byte End = 0;

    private readonly List<byte[]> _blocks = [];

    /// <summary>Where each path begins: its block, and the byte there.</summary>
    private readonly List<long> _places = [];

    private int _used = BlockBytes;

    public int Count => _places.Count;

    public string this[int index] => Encoding.UTF8.GetString(Bytes(_places[index]));

    /// <summary>Adds a path.</summary>
    /// <exception cref="ArgumentException">The path has a null character.</exception>
    public void Add(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("No path has a null character.", nameof(path));
        int needed = Encoding.UTF8.GetByteCount(path) + 1;
        if (needed > BlockBytes - _used)
        {
            // A list may have lines of any length: what fits into no block gets one of its own.
            _blocks.Add(new byte[Math.Max(BlockBytes, needed)]);
            _used = 0;
        }

        byte[] block = _blocks[^1];
        Encoding.UTF8.GetBytes(path, block.AsSpan(_used));
        _places.Add(((_blocks.Count - 1L) << BlockBits) | (uint)_used);
        block[_used + needed - 1] = End;
        _used = Math.Min(BlockBytes, _used + needed);
    }

    /// <summary>Puts the paths into the order of their bytes.</summary>
    public void Sort() => _places.Sort((a, b) => Bytes(a).SequenceCompareTo(Bytes(b)));

    /// <summary>Leaves one of each run of equal paths.</summary>
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
