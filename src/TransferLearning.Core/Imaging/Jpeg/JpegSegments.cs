using System.Buffers.Binary;

namespace TransferLearning;

/// <summary>Walks over the marker segments of a JPEG (ITU-T T.81, B.1.1.4).</summary>
/// <param name="jpeg">The file, from its first byte on.</param>
internal ref struct JpegSegments(ReadOnlySpan<byte> jpeg)
{
    private readonly ReadOnlySpan<byte> _jpeg = jpeg;

    /// <summary>The marker of the current segment.</summary>
    public byte Marker { get; private set; }

    /// <summary>The content of the current segment; empty if it is not complete.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>The position behind the current segment.</summary>
    public int End { get; private set; } = 2;

    /// <summary>Goes to the next segment of the header; false if other bytes follow, or the segment is not complete.</summary>
    public bool MoveNext()
    {
        int start = End;
        while (start + 1 < _jpeg.Length && _jpeg[start] == 0xFF && _jpeg[start + 1] == 0xFF)
            start++; // any number of fill bytes
        return Find(start) && Start == start && IsComplete;
    }

    /// <summary>
    /// Goes to the next segment as tolerant decoders do: entropy-coded bytes and everything else that is not a segment are skipped; false
    /// if there is none. The last segment may be incomplete.
    /// </summary>
    public bool MoveToNext() => Find(End);

    /// <summary>The position of the marker of the current segment.</summary>
    private int Start { get; set; }

    private bool IsComplete { get; set; }

    private bool Find(int from)
    {
        while (from < _jpeg.Length)
        {
            int next = _jpeg[from..].IndexOf((byte)0xFF);
            if (next < 0 || from + next + 1 >= _jpeg.Length)
                return false;
            Start = from + next;
            Marker = _jpeg[Start + 1];
            from = Marker == 0xFF ? Start + 1 : Start + 2;
            if (Marker is not (0x00 or 0x01 or (>= 0xD0 and <= 0xD8) or 0xFF))
                return Read(from);
        }

        return false;
    }

    private bool Read(int from)
    {
        var rest = _jpeg[from..];
        int length = Marker == 0xD9 ? 0 : rest.Length < 2 ? rest.Length : BinaryPrimitives.ReadUInt16BigEndian(rest);
        IsComplete = Marker == 0xD9 || (length >= 2 && length <= rest.Length);
        Content = IsComplete && length > 2 ? rest[2..length] : default;
        End = from + Math.Min(length, rest.Length);
        return true;
    }
}
