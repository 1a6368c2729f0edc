using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace TransferLearning;

/// <summary>A coefficient as it is read: its table entry and the state of the reader behind it.</summary>
internal struct JpegCoefficient
{
    /// <summary>The table entry; the value is in its upper half.</summary>
    public int Entry;

    /// <summary>The state of the reader behind it; the remaining positions of the block are in its second byte.</summary>
    public int State;

    /// <summary>The quantized value.</summary>
    public readonly int Value => Entry >> 16;

    /// <summary>The position in zigzag order.</summary>
    public readonly int Place => 63 - ((State >> 8) & 63);
}

/// <summary>
/// Reads the coefficients of consecutive blocks from the entropy-coded bytes of a JPEG. Each segment between two restart markers is first
/// copied without stuffed zeros, so that the inner loop need not check for markers or ends.
/// </summary>
internal unsafe ref struct JpegEntropyReader
{
    /// <summary>Zeros behind a segment: a block has at most 64 symbols of 27 bits.</summary>
    public const int Padding = 256;

    /// <summary>The maximum that one block writes.</summary>
    public const int MaxCoefficients = 64;

    /// <summary>In a state below this no positions are left.</summary>
    private const int BlockEnd = 1 << 8;

    private readonly ReadOnlySpan<byte> _encoded;
    private readonly byte* _segment;
    private byte* _next;
    private byte* _end;
    private ulong _bits;
    private int _count;
    private int _at;

    /// <summary>Starts at the first segment.</summary>
    /// <param name="encoded">The file.</param>
    /// <param name="start">The position of its entropy-coded bytes.</param>
    /// <param name="segment">Memory for the longest segment: the length of the image and <see cref="Padding"/>.</param>
    public JpegEntropyReader(ReadOnlySpan<byte> encoded, int start, byte* segment)
    {
        _encoded = encoded;
        _segment = segment;
        _at = start;
        Marker = Copy();
    }

    /// <summary>The marker behind the current segment; 0: none before the end.</summary>
    public byte Marker { get; private set; }

    /// <summary>Whether the segment has been read completely, except padding bits of the last byte.</summary>
    public readonly bool IsAtEnd => Unread is >= 0 and < 8;

    /// <summary>Whether more than the segment has been read, so that bits are missing.</summary>
    public readonly bool IsPastEnd => Unread < 0;

    private readonly long Unread => (8 * (_end - _next)) + _count;

    /// <summary>Continues behind a restart marker.</summary>
    /// <returns>False if the segment was not read completely, or another marker follows.</returns>
    public bool Restart(int number)
    {
        if (!IsAtEnd || Marker != 0xD0 + (number & 7))
            return false;
        Marker = Copy();
        return true;
    }

    /// <summary>Reads a block.</summary>
    /// <param name="component">The component, which has the tables.</param>
    /// <param name="mean">The DC coefficient of the previous block; afterwards, of this one.</param>
    /// <param name="coefficients">Receives up to <see cref="MaxCoefficients"/> AC coefficients. Some are zero.</param>
    /// <returns>Their number; −1 if the bytes are damaged, and reading must stop.</returns>
    /// <remarks>
    /// The position of each symbol depends on the length of the previous one, so this dependency chain limits the speed: the number of
    /// valid bits (lowest byte) and of remaining positions (the bytes above) are one number, from which the table entry is subtracted.
    /// </remarks>
    public int ReadBlock(JpegComponent component, ref int mean, JpegCoefficient* coefficients)
    {
        if (!Begin(component, ref mean, out ulong bits, out int state, out byte* next))
            return -1;
        ref int table = ref component.Ac.Table;
        var written = coefficients;
        do
        {
            // A refill suffices for four table lookups.
            Refill(ref bits, ref state, ref next);
            Step(ref table, ref bits, ref state, ref written);
            if (state < BlockEnd)
                break;
            Step(ref table, ref bits, ref state, ref written);
            if (state < BlockEnd)
                break;
            Step(ref table, ref bits, ref state, ref written);
            if (state < BlockEnd)
                break;
            Step(ref table, ref bits, ref state, ref written);
        }
        while (state >= BlockEnd);

        if ((byte)written[-1].Entry != 0)
            return End(bits, state, next, (int)(written - coefficients));
        return ReadRest(component.Ac, bits, state + JpegHuffmanTable.NotInTable, next, coefficients, written - 1);
    }

    /// <summary>Reads a block of which only the DC coefficient is needed.</summary>
    /// <param name="component">The component, which has the tables.</param>
    /// <param name="mean">The DC coefficient of the previous block; afterwards, of this one.</param>
    /// <param name="coefficients">Memory for <see cref="MaxCoefficients"/> AC coefficients.</param>
    /// <returns>False if the bytes are damaged, and reading must stop.</returns>
    public bool SkipBlock(JpegComponent component, ref int mean, JpegCoefficient* coefficients)
    {
        int before = mean;
        if (!Begin(component, ref mean, out ulong bits, out int state, out byte* next))
            return false;
        ref int table = ref component.Ac.Skips;
        int entry;
        do
        {
            Refill(ref bits, ref state, ref next);
            entry = Skip(ref table, ref bits, ref state);
            if (state < BlockEnd)
                break;
            entry = Skip(ref table, ref bits, ref state);
            if (state < BlockEnd)
                break;
            entry = Skip(ref table, ref bits, ref state);
            if (state < BlockEnd)
                break;
            entry = Skip(ref table, ref bits, ref state);
        }
        while (state >= BlockEnd);

        if ((byte)entry == 0)
            return ReadRest(component.Ac, bits, state + JpegHuffmanTable.NotInTable, next, coefficients, coefficients) >= 0;
        int left = state >> 8;
        if (left == 0 || left is < 64 - JpegHuffmanTable.EndOfBlock and > -JpegHuffmanTable.EndOfBlock)
        {
            Keep(bits, state, next);
            return true;
        }

        // A full block has no end symbol, so a combined skip may have gone into the next block: read it again.
        mean = before;
        return ReadBlock(component, ref mean, coefficients) >= 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Skip(ref int table, ref ulong bits, ref int state)
    {
        int entry = Unsafe.Add(ref table, (nint)(bits >> (64 - JpegHuffmanTable.LookupBits)));
        bits <<= entry;
        state -= (ushort)entry;
        return entry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ref int table, ref ulong bits, ref int state, ref JpegCoefficient* written)
    {
        int entry = Unsafe.Add(ref table, (nint)(bits >> (64 - JpegHuffmanTable.LookupBits)));
        bits <<= entry;
        state -= (ushort)entry;
        written->Entry = entry;
        written->State = state;
        written++;
    }

    /// <summary>
    /// Continues a block from a symbol that is not in the table. A separate method: with a call in its loop, <see cref="ReadBlock"/> could
    /// not keep its variables in registers.
    /// </summary>
    private int ReadRest(
        JpegHuffmanTable table, ulong bits, int state, byte* next, JpegCoefficient* coefficients, JpegCoefficient* written)
    {
        do
        {
            Refill(ref bits, ref state, ref next);
            int entry = table.Look(bits);
            if ((byte)entry == 0 && (entry = table.Find(bits)) == 0)
                return -1;
            bits <<= entry;
            state -= (ushort)entry;
            *written++ = new JpegCoefficient { Entry = entry, State = state };
        }
        while (state >= BlockEnd);

        return End(bits, state, next, (int)(written - coefficients));
    }

    /// <summary>Reads the DC coefficient of a block; the caller keeps the state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool Begin(JpegComponent component, ref int mean, out ulong bits, out int state, out byte* next)
    {
        next = _next;
        bits = _bits;
        state = _count | (63 << 8);
        if (next > _end + 8)
            return false;
        Refill(ref bits, ref state, ref next);
        int entry = component.Dc.Look(bits);
        if ((byte)entry == 0 && (entry = component.Dc.Find(bits)) == 0)
            return false;
        mean += entry >> 16;
        bits <<= entry;
        state -= (byte)entry;
        return true;
    }

    /// <summary>A block ends after its last position, or with an end symbol, which is not a coefficient.</summary>
    private int End(ulong bits, int state, byte* next, int count)
    {
        Keep(bits, state, next);
        int left = state >> 8;
        if (left == 0)
            return count;
        return left < 64 - JpegHuffmanTable.EndOfBlock ? count - 1 : -1;
    }

    private void Keep(ulong bits, int state, byte* next)
    {
        _bits = bits;
        _count = state & 63;
        _next = next;
    }

    /// <summary>Refills to at least 56 bits. Bits below the valid ones are always those that follow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Refill(ref ulong bits, ref int state, ref byte* next)
    {
        bits |= BinaryPrimitives.ReadUInt64BigEndian(new ReadOnlySpan<byte>(next, 8)) >> state;
        next += (~state >> 3) & 7;
        state |= 56;
    }

    /// <summary>Copies the bytes up to the next marker, and returns it.</summary>
    private byte Copy()
    {
        byte* target = _segment;
        byte marker = 0;
        while (true)
        {
            var rest = _encoded[_at..];
            int plain = rest.IndexOf((byte)0xFF);
            if (plain < 0 || plain + 1 >= rest.Length)
                break; // no marker: the image is truncated
            byte after = rest[plain + 1];
            int copied = after == 0 ? plain + 1 : plain;
            rest[..copied].CopyTo(new Span<byte>(target, copied));
            target += copied;
            _at += plain + (after == 0xFF ? 1 : 2);
            if (after is 0 or 0xFF)
                continue;
            marker = after;
            break;
        }

        new Span<byte>(target, Padding).Clear();
        _next = _segment;
        _end = target;
        _bits = 0;
        _count = 0;
        return marker;
    }
}
