using System.Buffers.Binary;

namespace TransferLearning;

/// <summary>A component of a JPEG: Y, Cb or Cr.</summary>
/// <param name="Horizontal">Its number of blocks side by side in an MCU.</param>
/// <param name="Vertical">Its number of blocks one above the other in an MCU.</param>
/// <param name="Quantisation">Its quantization table in zigzag order.</param>
/// <param name="Dc">The codes of DC coefficients.</param>
/// <param name="Ac">The codes of AC coefficients.</param>
internal sealed record JpegComponent(int Horizontal, int Vertical, ushort[] Quantisation, JpegHuffmanTable Dc, JpegHuffmanTable Ac);

/// <summary>
/// The headers of a JPEG as cameras and phones write it: baseline or extended sequential, Huffman codes, eight bits, one scan, grey or
/// YCbCr (JFIF) with chroma at full or half resolution. Other kinds are not supported.
/// </summary>
internal sealed class JpegFrame
{
    private readonly ushort[]?[] _quantisation = new ushort[4][];
    private readonly JpegHuffmanTable?[] _dc = new JpegHuffmanTable[4];
    private readonly JpegHuffmanTable?[] _ac = new JpegHuffmanTable[4];
    private readonly List<(byte Id, int Horizontal, int Vertical, int Table)> _declared = [];
    private bool _isJfif;
    private int _adobeTransform = -1;

    private JpegFrame()
    {
    }

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>The number of MCUs between restart markers; 0: none.</summary>
    public int RestartInterval { get; private set; }

    /// <summary>The position of the entropy-coded bytes.</summary>
    public int DataStart { get; private set; }

    /// <summary>One component, or three: Y, Cb and Cr.</summary>
    public IReadOnlyList<JpegComponent> Components { get; private set; } = [];

    /// <summary>The largest <see cref="JpegComponent.Horizontal"/>: an MCU is eight times as many pixels wide.</summary>
    public int UnitColumns { get; private set; } = 1;

    /// <summary>The largest <see cref="JpegComponent.Vertical"/>.</summary>
    public int UnitRows { get; private set; } = 1;

    /// <summary>Reads the headers.</summary>
    /// <returns>Null if the image is of another kind, or its headers have something unusual.</returns>
    public static JpegFrame? Read(ReadOnlySpan<byte> encoded)
    {
        var frame = new JpegFrame();
        var segments = new JpegSegments(encoded);
        while (segments.MoveNext())
        {
            if (segments.Marker == 0xDA)
            {
                frame.DataStart = segments.End;
                return frame.ReadScan(segments.Content) ? frame : null;
            }

            if (!frame.ReadSegment(segments.Marker, segments.Content))
                return null;
        }

        return null;
    }

    private bool ReadSegment(byte marker, ReadOnlySpan<byte> content)
    {
        switch (marker)
        {
            case 0xC0 or 0xC1:
                return ReadFrame(content);
            case 0xC4:
                return ReadHuffmanTables(content);
            case 0xDB:
                return ReadQuantisation(content);
            case 0xDD:
                RestartInterval = content.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(content) : 0;
                return content.Length == 2;
            case 0xE0:
                _isJfif |= content.StartsWith("JFIF\0"u8);
                return true;
            case 0xEE:
                if (content.Length >= 12 && content.StartsWith("Adobe"u8))
                    _adobeTransform = content[11];
                return true;
            default:
                return marker is (>= 0xE1 and <= 0xEF) or 0xFE; // other application data and comments do not affect pixels
        }
    }

    private bool ReadFrame(ReadOnlySpan<byte> content)
    {
        if (_declared.Count > 0 || content.Length < 6 || content[0] != 8)
            return false;
        if (content[5] is not (1 or 3) || content.Length != 6 + (3 * content[5]))
            return false;
        Height = BinaryPrimitives.ReadUInt16BigEndian(content[1..]);
        Width = BinaryPrimitives.ReadUInt16BigEndian(content[3..]);
        for (int i = 0; i < content[5]; i++)
        {
            var component = content.Slice(6 + (3 * i), 3);
            _declared.Add((component[0], component[1] >> 4, component[1] & 15, component[2]));
        }

        return Width > 0 && Height > 0;
    }

    private bool ReadQuantisation(ReadOnlySpan<byte> content)
    {
        while (content.Length > 0)
        {
            int bytes = 1 + (content[0] >> 4);
            if (bytes > 2 || (content[0] & 15) > 3 || content.Length < 1 + (64 * bytes))
                return false;
            ushort[] steps = new ushort[64];
            for (int i = 0; i < 64; i++)
                steps[i] = bytes == 1 ? content[1 + i] : BinaryPrimitives.ReadUInt16BigEndian(content[(1 + (2 * i))..]);
            _quantisation[content[0] & 15] = steps;
            content = content[(1 + (64 * bytes))..];
        }

        return true;
    }

    private bool ReadHuffmanTables(ReadOnlySpan<byte> content)
    {
        while (content.Length > 0)
        {
            if (content.Length < 17 || (content[0] & 0xEC) != 0)
                return false;
            var counts = content.Slice(1, 16);
            int symbols = 0;
            foreach (byte count in counts)
                symbols += count;
            if (symbols > 256 || content.Length < 17 + symbols)
                return false;
            bool isDc = content[0] >> 4 == 0;
            var codes = new JpegHuffmanCodes(counts, content.Slice(17, symbols), isDc);
            if (!codes.Fit)
                return false;
            (isDc ? _dc : _ac)[content[0] & 3] = JpegHuffmanTable.Get(codes);
            content = content[(17 + symbols)..];
        }

        return true;
    }

    /// <summary>The scan must contain all components completely, in the order of the frame.</summary>
    private bool ReadScan(ReadOnlySpan<byte> content)
    {
        int count = _declared.Count;
        if (count == 0 || content.Length != 4 + (2 * count) || content[0] != count || !content[^3..].SequenceEqual<byte>([0, 63, 0]))
            return false;
        var components = new JpegComponent[count];
        for (int i = 0; i < count; i++)
        {
            var (id, horizontal, vertical, table) = _declared[i];
            int dc = content[2 + (2 * i)] >> 4, ac = content[2 + (2 * i)] & 15;
            if (content[1 + (2 * i)] != id || table > 3 || dc > 3 || ac > 3)
                return false;
            if (_quantisation[table] is not { } steps || _dc[dc] is not { } dcTable || _ac[ac] is not { } acTable)
                return false;
            components[i] = count == 1 // the MCU of a single component is one block, whatever its factors (T.81, A.2.2)
                ? new JpegComponent(1, 1, steps, dcTable, acTable)
                : new JpegComponent(horizontal, vertical, steps, dcTable, acTable);
        }

        Components = components;
        (UnitColumns, UnitRows) = (components[0].Horizontal, components[0].Vertical);
        return count == 1 || HasCommonColours();
    }

    private bool HasCommonColours()
    {
        bool sampled = (UnitColumns, UnitRows) is (1, 1) or (2, 1) or (2, 2)
            && Components[1] is { Horizontal: 1, Vertical: 1 } && Components[2] is { Horizontal: 1, Vertical: 1 };
        bool named = _declared[0].Id == 1 && _declared[1].Id == 2 && _declared[2].Id == 3;
        return sampled && (_adobeTransform == 1 || (_adobeTransform < 0 && (_isJfif || named)));
    }
}
