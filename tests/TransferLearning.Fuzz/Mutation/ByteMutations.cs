using System.Buffers.Binary;
using System.Text;

namespace TransferLearning.Fuzz;

/// <summary>Changes that need no knowledge of a format.</summary>
internal static class ByteMutations
{
    private const int LongestRun = 64;

    /// <summary>Numbers at which sizes, counts and signs go wrong.</summary>
    public static readonly ulong[] Telling =
    [
        0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000,
        0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFE, 0xFFFF_FFFF_FFFF_FFFF,
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Mutation> All { get; } = [FlipBit, SetByte, SetNumber, Remove, Repeat, Insert, CutOff, Splice];

    /// <summary>Puts one of the words of a format of text somewhere, over or between what is there.</summary>
    public static Mutation Words(params string[] words) => Put([.. words.Select(Encoding.UTF8.GetBytes)]);

    /// <summary>The same for a format of bytes, each of which is a letter up to U+00FF.</summary>
    public static Mutation Tokens(params string[] tokens) => Put([.. tokens.Select(Encoding.Latin1.GetBytes)]);

    private static Mutation Put(byte[][] words) => (input, _, random) =>
    {
        byte[] word = words[random.Next(words.Length)];
        int at = random.Next(input.Length + 1);
        int over = random.Next(2) == 0 ? 0 : Math.Min(word.Length, input.Length - at);
        return [.. input.AsSpan(0, at), .. word, .. input.AsSpan(at + over)];
    };

    private static byte[] FlipBit(byte[] input, IReadOnlyList<byte[]> others, Random random) =>
        Changed(input, random, (bytes, at) => bytes[at] ^= (byte)(1 << random.Next(8)));

    private static byte[] SetByte(byte[] input, IReadOnlyList<byte[]> others, Random random) =>
        Changed(input, random, (bytes, at) => bytes[at] = (byte)random.Next(256));

    /// <summary>Overwrites one, two, four or eight bytes with a number, in either order of bytes: lengths, counts, sizes.</summary>
    private static byte[] SetNumber(byte[] input, IReadOnlyList<byte[]> others, Random random) => Changed(input, random, (bytes, at) =>
    {
        Span<byte> number = stackalloc byte[8];
        ulong value = Telling[random.Next(Telling.Length)] + (ulong)random.Next(-1, 2);
        BinaryPrimitives.WriteUInt64LittleEndian(number, value);
        int length = Math.Min(1 << random.Next(4), bytes.Length - at);
        number = number[..length];
        if (random.Next(2) == 0)
            number.Reverse();
        number.CopyTo(bytes.AsSpan(at));
    });

    private static byte[] Remove(byte[] input, IReadOnlyList<byte[]> others, Random random)
    {
        var (start, end) = Range(input.Length, random);
        return [.. input.AsSpan(0, start), .. input.AsSpan(end)];
    }

    private static byte[] Repeat(byte[] input, IReadOnlyList<byte[]> others, Random random)
    {
        var (start, end) = Range(input.Length, random);
        return [.. input.AsSpan(0, end), .. input.AsSpan(start)];
    }

    private static byte[] Insert(byte[] input, IReadOnlyList<byte[]> others, Random random)
    {
        byte[] inserted = new byte[random.Next(1, LongestRun)];
        if (random.Next(2) == 0)
            random.NextBytes(inserted);
        else
            Array.Fill(inserted, (byte)random.Next(256));
        int at = random.Next(input.Length + 1);
        return [.. input.AsSpan(0, at), .. inserted, .. input.AsSpan(at)];
    }

    private static byte[] CutOff(byte[] input, IReadOnlyList<byte[]> others, Random random) => input[..random.Next(input.Length + 1)];

    /// <summary>The start of this input and the end of another, or a part of another in the middle.</summary>
    private static byte[] Splice(byte[] input, IReadOnlyList<byte[]> others, Random random)
    {
        byte[] other = others[random.Next(others.Count)];
        int at = random.Next(input.Length + 1);
        if (random.Next(2) == 0)
            return [.. input.AsSpan(0, at), .. other.AsSpan(random.Next(other.Length + 1))];
        var (start, end) = Range(other.Length, random);
        return [.. input.AsSpan(0, at), .. other.AsSpan(start..end), .. input.AsSpan(at)];
    }

    private static byte[] Changed(byte[] input, Random random, Action<byte[], int> change)
    {
        if (input.Length == 0)
            return [(byte)random.Next(256)];
        byte[] changed = [.. input];

        // Headers are at the start and matter most.
        int reach = random.Next(3) == 0 ? Math.Min(changed.Length, 64) : changed.Length;
        change(changed, random.Next(reach));
        return changed;
    }

    private static (int Start, int End) Range(int length, Random random)
    {
        int start = random.Next(length + 1);
        return (start, Math.Min(length, start + random.Next(1, LongestRun)));
    }
}
