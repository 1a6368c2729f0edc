using System.Buffers.Binary;

namespace TransferLearning;

/// <summary>Walks over the segments before the entropy-coded bytes of a JPEG (ITU-T T.81, B.1.1.4).</summary>
/// <param name="jpeg">The file, from its first byte on.</param>
internal ref struct JpegSegments(ReadOnlySpan<byte> jpeg)
{
    private readonly ReadOnlySpan<byte> _jpeg = jpeg;

    /// <summary>The marker of the current segment.</summary>
    public byte Marker { get; private set; }

    /// <summary>What the current segment holds.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Where the bytes behind the current segment begin.</summary>
    public int End { get; private set; } = 2;

    /// <summary>Goes to the next segment; false where there is none, or not all of it.</summary>
    public bool MoveNext()
    {
        int at = End;
        while (at + 4 <= _jpeg.Length && _jpeg[at] == 0xFF)
        {
            if (_jpeg[at + 1] == 0xFF) // any number of fill bytes
            {
                at++;
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(_jpeg[(at + 2)..]);
            if (length < 2 || at + 2 + length > _jpeg.Length)
                return false;
            Marker = _jpeg[at + 1];
            Content = _jpeg.Slice(at + 4, length - 2);
            End = at + 2 + length;
            return true;
        }

        return false;
    }
}
