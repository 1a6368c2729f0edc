namespace TransferLearning;

/// <summary>The codes of a Huffman table as a JPEG defines them.</summary>
/// <param name="counts">The number of codes of 1 to 16 bits.</param>
/// <param name="symbols">The symbols in the order of their codes.</param>
/// <param name="isDc">Whether the table is for DC differences (symbols are sizes) or AC coefficients (symbols are runs and sizes).</param>
internal readonly ref struct JpegHuffmanCodes(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols, bool isDc)
    : ITableSource<JpegHuffmanTable>
{
    private readonly ReadOnlySpan<byte> _counts = counts;
    private readonly ReadOnlySpan<byte> _symbols = symbols;

    /// <summary>The number of codes of 1 to 16 bits.</summary>
    public ReadOnlySpan<byte> Counts => _counts;

    /// <summary>The symbols in the order of their codes.</summary>
    public ReadOnlySpan<byte> Symbols => _symbols;

    /// <summary>Whether the table is for DC differences (symbols are sizes) or AC coefficients (symbols are runs and sizes).</summary>
    public bool IsDc => isDc;

    /// <summary>Whether the numbers of codes are possible.</summary>
    public bool Fit
    {
        get
        {
            int code = 0;
            for (int length = 1; length <= 16; length++)
            {
                code = (code << 1) + _counts[length - 1];
                if (code > 1 << length)
                    return false;
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public bool IsOf(JpegHuffmanTable table) => table.IsOf(this);

    /// <inheritdoc/>
    public JpegHuffmanTable Compute() => new(this);

    /// <inheritdoc/>
    public int Hash
    {
        get
        {
            var hash = default(HashCode);
            hash.Add(isDc);
            hash.AddBytes(_counts);
            hash.AddBytes(_symbols);
            return hash.ToHashCode();
        }
    }
}
