using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TransferLearning.Cli.Shards;

/// <summary>One of several equal parts of the work, each of which is run by its own process.</summary>
/// <param name="Index">The index of the part, from 0, as in Kubernetes and Slurm.</param>
/// <param name="Count">The number of parts.</param>
internal readonly record struct Shard(int Index, int Count)
{
    /// <summary>The file names have five digits.</summary>
    public const int MostCount = 100_000;

    /// <summary>All work in one part.</summary>
    public static Shard Whole { get; } = new(0, 1);

    /// <summary>The file of this part.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"part-{Index:00000}-of-{Count:00000}.parquet");

    /// <summary>Parses <c>i/n</c>; null for any other text.</summary>
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

    /// <summary>The error for an option whose text is none.</summary>
    /// <param name="option">The name of the option.</param>
    /// <param name="text">What was given.</param>
    /// <param name="more">What else the option takes.</param>
    public static string Refusal(string option, string text, string more = "") => string.Create(
        CultureInfo.InvariantCulture,
        $"{option} takes i/n with i from 0 to n - 1 and n up to {MostCount}, for instance 0/16{more}; not '{text}'.");

    /// <summary>
    /// Whether an image belongs to this part: by the first 8 bytes (big-endian) of the SHA-256 of its path with slashes in UTF-8, modulo
    /// the number of parts. It depends only on the path, and any language can compute it.
    /// </summary>
    public bool Contains(string path)
    {
        if (Count == 1)
            return true;
        return (ulong)(HashOf(path) >> 64) % (ulong)Count == (ulong)Index;
    }

    /// <summary>The first 16 bytes (big-endian) of the SHA-256 of a path with slashes in UTF-8.</summary>
    public static UInt128 HashOf(string path)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(path.Replace('\\', '/')), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
