using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TransferLearning.Cli.Shards;

/// <summary>One of several equal parts of the work, each done by a process of its own.</summary>
/// <param name="Index">Which part, from 0, as Kubernetes and Slurm count.</param>
/// <param name="Count">How many parts there are.</param>
internal readonly record struct Shard(int Index, int Count)
{
    /// <summary>The names of the parts have five digits, so that they sort.</summary>
    public const int MostCount = 100_000;

    /// <summary>All the work in one part.</summary>
    public static Shard Whole { get; } = new(0, 1);

    /// <summary>The file of this part.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"part-{Index:00000}-of-{Count:00000}.parquet");

    /// <summary>Reads <c>i/n</c>; null where it is anything else.</summary>
    public static Shard? Parse(string text)
    {
        string[] parts = text.Split('/');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && count is >= 1 and <= MostCount
            && index < count
            ? new Shard(index, count)
            : null;
    }

    /// <summary>
    /// Whether an image belongs to this part: by the first 8 bytes (big-endian) of the SHA-256 of its path with slashes in UTF-8, modulo the
    /// number of parts. Every language can compute it, and it depends on nothing but the path.
    /// </summary>
    public bool Contains(string path)
    {
        if (Count == 1)
            return true;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(path.Replace('\\', '/')), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash) % (ulong)Count == (ulong)Index;
    }
}
