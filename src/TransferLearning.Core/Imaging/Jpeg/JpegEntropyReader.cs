using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace TransferLearning;

/// <summary>A coefficient as it is read: what the table of codes says, and what that leaves.</summary>
internal struct JpegCoefficient
{
    /// <summary>The entry of the table: the value is in the upper half.</summary>
    public int Entry;

    /// <summary>The state of the reader after it: the places left in the block are in the second byte.</summary>
    public int State;

    /// <summary>The value, in steps.</summary>
    public readonly int Value => Entry >> 16;

    /// <summary>The place in zigzag order.</summary>
    public readonly int Place => 63 - ((State >> 8) & 63);
}

/// <summary>
/// Reads the coefficients of one block after the other from the entropy-coded bytes of a JPEG. Each stretch between two restarts is first
/// copied without its stuffed zeros, so that the inner loop knows neither markers nor ends.
/// </summary>
internal unsafe ref struct JpegEntropyReader
{
    /// <summary>Zeros behind a stretch: a block takes at most 64 symbols of 27 bits.</summary>
    public const int Padding = 256;

    /// <summary>What one block may write.</summary>
    public const int MaxCoefficients = 64;

    /// <summary>A state below this has no places left.</summary>
    private const int BlockEnd = 1 << 8;

    private readonly ReadOnlySpan<byte> _encoded;
    private readonly byte* _stretch;
    private byte* _next;
    private byte* _end;
    private ulong _bits;
    private int _count;
    private int _at;

    /// <summary>Begins at the first stretch.</summary>
    /// <param name="encoded">The whole image.</param>
    /// <param name="start">Where its entropy-coded bytes begin.</param>
    /// <param name="stretch">Space for the longest stretch: as much as the image is long, and <see cref="Padding"/>.</param>
    public JpegEntropyReader(ReadOnlySpan<byte> encoded, int start, byte* stretch)
    {
        _encoded = encoded;
        _stretch = stretch;
        _at = start;
        Marker = Copy();
    }

    /// <summary>The marker that ends the current stretch; 0: none before the end.</summary>
    public byte Marker { get; private set; }

    /// <summary>Whether all of the stretch has been read, but for the bits that fill the last byte.</summary>
    public readonly bool IsAtEnd
    {
        get
        {
            long unread = (8 * (_end - _next)) + _count;
            return unread is >= 0 and < 8;
        }
    }

    /// <summary>Goes on after a restart marker.</summary>
    /// <returns>False if the stretch was not read to its end, or another marker is there.</returns>
    public bool Restart(int number)
    {
        if (!IsAtEnd || Marker != 0xD0 + (number & 7))
            return false;
        Marker = Copy();
        return true;
    }

    /// <summary>Reads a block.</summary>
    /// <param name="component">Whose tables to use.</param>
    /// <param name="mean">The first coefficient of the block before, and of this one afterwards.</param>
    /// <param name="coefficients">Receives up to <see cref="MaxCoefficients"/> others. Some are zero.</param>
    /// <returns>How many there are; -1 if the bytes are damaged, and no more may be read.</returns>
    /// <remarks>
    /// Whatever symbol comes next depends on the length of the one before, so the loop is as fast as that chain is short: the number of valid bits
    /// (lowest byte) and that of places left in the block (the bytes above) are one number, from which an entry of the table is subtracted.
    /// </remarks>
    public int ReadBlock(JpegComponent component, ref int mean, JpegCoefficient* coefficients)
    {
        if (!Begin(component, ref mean, out ulong bits, out int state, out byte* next))
            return -1;
        ref int table = ref component.Ac.Table;
        var written = coefficients;
        do
        {
            // Four symbols of the table take no more bits than there are.
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

    /// <summary>Reads a block of which only the mean counts.</summary>
    /// <param name="component">Whose tables to use.</param>
    /// <param name="mean">The first coefficient of the block before, and of this one afterwards.</param>
    /// <param name="coefficients">Space for <see cref="MaxCoefficients"/> others.</param>
    /// <returns>False if the bytes are damaged, and no more may be read.</returns>
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

        // A full block has no symbol for its end, so that what was skipped together may reach into the next one.
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
    /// Goes on with a block from a symbol that is not in the table. A method of its own: with a call in its loop, <see cref="ReadBlock"/> could
    /// not keep its numbers in registers.
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

    /// <summary>The mean of a block; what follows is kept by whoever reads on.</summary>
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

    /// <summary>A block ends after its last place, or with a symbol for it, which is no coefficient.</summary>
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

    /// <summary>Fills up to at least 56 bits. Bits below the valid ones are those that will be read next, never others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Refill(ref ulong bits, ref int state, ref byte* next)
    {
        bits |= BinaryPrimitives.ReadUInt64BigEndian(new ReadOnlySpan<byte>(next, 8)) >> state;
        next += (~state >> 3) & 7;
        state |= 56;
    }

    /// <summary>Copies the bytes up to the next marker, which it returns.</summary>
    private byte Copy()
    {
        byte* target = _stretch;
        byte marker = 0;
        while (true)
        {
            var rest = _encoded[_at..];
            int plain = rest.IndexOf((byte)0xFF);
            if (plain < 0 || plain + 1 >= rest.Length)
                break; // no marker: the image has no end
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
        _next = _stretch;
        _end = target;
        _bits = 0;
        _count = 0;
        return marker;
    }
}
