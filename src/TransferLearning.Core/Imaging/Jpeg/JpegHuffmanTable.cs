using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>
/// A Huffman table of a sequential JPEG (ITU-T T.81, annex C), in which one lookup of the next <see cref="LookupBits"/> bits gives, for
/// nearly all symbols, the code length, the run of zeros and the value of the coefficient.
/// </summary>
internal sealed class JpegHuffmanTable
{
    /// <summary>The number of bits of a lookup: four tables of 2^11 entries of four bytes fit into the first-level cache.</summary>
    public const int LookupBits = 11;

    /// <summary>The positions that the end-of-block symbol takes: more than are left after any run of zeros.</summary>
    public const int EndOfBlock = 128;

    /// <summary>
    /// The entry for bits that the table does not cover: it consumes no bits and ends the block, so that the loop needs no extra check.
    /// </summary>
    public const int NotInTable = 192 << 8;

    /// <summary>Most images have the four standard tables, or those of one camera; a table has 8 or 16 kB.</summary>
    private const int Kept = 32;

    private static readonly RecentTables<JpegHuffmanTable> Recent = new(Kept);

    private readonly int[] _lookup = new int[1 << LookupBits];
    private readonly int[] _ends = new int[17]; // first code behind those of a length, shifted to 16 bits
    private readonly int[] _offsets = new int[17]; // from a code of a length to the index of its symbol
    private readonly byte[] _counts;
    private readonly byte[] _symbols;
    private readonly bool _isDc;
    private int[]? _skips;

    /// <summary>Builds the table of valid codes.</summary>
    public JpegHuffmanTable(JpegHuffmanCodes codes)
    {
        _counts = codes.Counts.ToArray();
        _symbols = codes.Symbols.ToArray();
        _isDc = codes.IsDc;
        _lookup.AsSpan().Fill(NotInTable);
        int code = 0, index = 0;
        for (int length = 1; length <= 16; length++)
        {
            _offsets[length] = index - code;
            for (int i = 0; i < _counts[length - 1]; i++, code++, index++)
            {
                if (length <= LookupBits)
                    Enter(code, length, _symbols[index]);
            }

            _ends[length] = code << (16 - length);
            code <<= 1;
        }
    }

    /// <summary>
    /// The entries by the next bits: bits consumed (8 bits), positions taken (8 bits), value of the coefficient at the last of them (16
    /// bits, signed). For <see cref="NotInTable"/>, call <see cref="Find"/>.
    /// </summary>
    public ref int Table => ref MemoryMarshal.GetArrayDataReference(_lookup);

    /// <summary>
    /// Like <see cref="Table"/>, for blocks of which only the DC coefficient is needed: bits and positions of all symbols in the next bits,
    /// up to the end of the block. Built on first use: small images with their own codes rarely skip a block.
    /// </summary>
    public ref int Skips => ref MemoryMarshal.GetArrayDataReference(_skips ??= MakeSkips());

    /// <summary>The entry for the next bits.</summary>
    public int Look(ulong bits) => _lookup[bits >> (64 - LookupBits)];

    /// <summary>The table of valid codes (<see cref="JpegHuffmanCodes.Fit"/>), built if it is not among the last ones.</summary>
    /// <remarks>Safe for use from many threads.</remarks>
    public static JpegHuffmanTable Get(JpegHuffmanCodes codes) => Recent.Get(codes);

    /// <summary>Whether the table is that of the given codes.</summary>
    public bool IsOf(JpegHuffmanCodes codes) =>
        codes.IsDc == _isDc && codes.Counts.SequenceEqual(_counts) && codes.Symbols.SequenceEqual(_symbols);

    /// <summary>Reads a symbol by trying all code lengths, for those that do not fit into one lookup.</summary>
    /// <param name="bits">The next bits, starting at the highest; at least 32 are valid.</param>
    /// <returns>
    /// The entry as in <see cref="Table"/>; 0 if the bits are not a code of this table, or its symbol is not valid in a sequential JPEG.
    /// </returns>
    public int Find(ulong bits)
    {
        int next = (int)(bits >> 48);
        for (int length = 1; length <= 16; length++)
        {
            if (next >= _ends[length])
                continue;
            int index = (next >> (16 - length)) + _offsets[length];
            if ((uint)index >= (uint)_symbols.Length || !IsValid(_symbols[index]))
                return 0;
            int size = _symbols[index] & 15;
            int extra = size == 0 ? 0 : (int)(bits << length >> (64 - size));
            return Entry(_symbols[index], length, extra);
        }

        return 0;
    }

    private int[] MakeSkips()
    {
        int[] skips = new int[1 << LookupBits];
        for (int i = 0; i < skips.Length; i++)
            skips[i] = Together(i);
        return skips;
    }

    private int Together(int bits)
    {
        int length = 0, places = 0;
        while (true)
        {
            int entry = _lookup[(bits << length) & (_lookup.Length - 1)];
            if (entry == NotInTable || length + (byte)entry > LookupBits)
                return length == 0 ? NotInTable : length | (places << 8);
            length += (byte)entry;
            places += (byte)(entry >> 8);
            if (places >= EndOfBlock)
                return length | (places << 8);
        }
    }

    private void Enter(int code, int length, byte symbol)
    {
        int size = symbol & 15;
        int free = LookupBits - length - size;
        if (free < 0 || !IsValid(symbol))
            return;
        for (int extra = 0; extra < 1 << size; extra++)
        {
            int first = ((code << size) | extra) << free;
            _lookup.AsSpan(first, 1 << free).Fill(Entry(symbol, length, extra));
        }
    }

    private int Entry(byte symbol, int length, int extra)
    {
        int size = symbol & 15, places = _isDc ? 0 : 1 + (symbol >> 4);
        if (!_isDc && symbol == 0)
            places = EndOfBlock;

        // Of the values of a size, the upper half is positive and the lower half represents negative numbers (T.81, F.2.2.1).
        int value = size > 0 && extra >> (size - 1) == 0 ? extra - (1 << size) + 1 : extra;
        return (length + size) | (places << 8) | (value << 16);
    }

    private bool IsValid(byte symbol) => _isDc ? symbol <= 11 : (symbol & 15) is > 0 and <= 10 || symbol is 0x00 or 0xF0;
}
