namespace TransferLearning.Fuzz;

/// <summary>
/// A field of a protobuf message, read without its schema: bytes that can be parsed as a message count as one. Lengths are recomputed when
/// it is written, so that a change deep inside keeps everything around it valid.
/// </summary>
internal sealed class ProtobufField
{
    private const int MostDepth = 12;

    /// <summary>The number and kind of the field.</summary>
    public ulong Tag { get; set; }

    /// <summary>The number of a field that is one.</summary>
    public ulong Number { get; set; }

    /// <summary>The bytes of a field that is some, or of a number of fixed length.</summary>
    public byte[]? Bytes { get; set; }

    /// <summary>The fields of a field that is a message.</summary>
    public List<ProtobufField>? Fields { get; private init; }

    /// <summary>Reads a message; null where the bytes are none.</summary>
    public static List<ProtobufField>? Read(ReadOnlySpan<byte> bytes, int depth = 0)
    {
        var fields = new List<ProtobufField>();
        while (!bytes.IsEmpty)
        {
            if (ReadField(ref bytes, depth) is not { } field)
                return null;
            fields.Add(field);
        }

        return fields;
    }

    /// <summary>Writes a message.</summary>
    public static byte[] Write(List<ProtobufField> fields)
    {
        var bytes = new List<byte>();
        foreach (var field in fields)
            field.Write(bytes);
        return [.. bytes];
    }

    /// <summary>A copy that shares nothing.</summary>
    public ProtobufField Clone() =>
        new() { Tag = Tag, Number = Number, Bytes = Bytes, Fields = Fields is null ? null : [.. Fields.Select(field => field.Clone())] };

    /// <summary>A field that holds the given ones.</summary>
    public static ProtobufField Around(ulong tag, List<ProtobufField> fields) => new() { Tag = tag, Fields = fields };

    private static ProtobufField? ReadField(ref ReadOnlySpan<byte> bytes, int depth)
    {
        if (!ReadNumber(ref bytes, out ulong tag) || tag >> 3 is 0 or > 100)
            return null;
        switch (tag & 7)
        {
            case 0:
                return ReadNumber(ref bytes, out ulong number) ? new ProtobufField { Tag = tag, Number = number } : null;
            case 1 or 5:
                return Take(ref bytes, (tag & 7) == 1 ? 8u : 4u) is { } fixedNumber
                    ? new ProtobufField { Tag = tag, Bytes = fixedNumber }
                    : null;
            case 2:
                if (!ReadNumber(ref bytes, out ulong length) || Take(ref bytes, length) is not { } content)
                    return null;
                var fields = content.Length > 1 && depth < MostDepth ? Read(content, depth + 1) : null;
                return new ProtobufField { Tag = tag, Bytes = fields is null ? content : null, Fields = fields };
            default:
                return null;
        }
    }

    private static byte[]? Take(ref ReadOnlySpan<byte> bytes, ulong length)
    {
        if (length > (ulong)bytes.Length)
            return null;
        byte[] taken = bytes[..(int)length].ToArray();
        bytes = bytes[(int)length..];
        return taken;
    }

    private static bool ReadNumber(ref ReadOnlySpan<byte> bytes, out ulong number)
    {
        number = 0;
        for (int shift = 0; shift < 70 && !bytes.IsEmpty; shift += 7)
        {
            byte part = bytes[0];
            bytes = bytes[1..];
            number |= (ulong)(part & 127) << shift;
            if (part < 128)
                return true;
        }

        return false;
    }

    private void Write(List<byte> bytes)
    {
        WriteNumber(bytes, Tag);
        if ((Tag & 7) == 0)
        {
            WriteNumber(bytes, Number);
            return;
        }

        byte[] content = Fields is null ? Bytes! : Write(Fields);
        if ((Tag & 7) == 2)
            WriteNumber(bytes, (ulong)content.Length);
        bytes.AddRange(content);
    }

    private static void WriteNumber(List<byte> bytes, ulong number)
    {
        for (; number > 127; number >>= 7)
            bytes.Add((byte)(number | 128));
        bytes.Add((byte)number);
    }
}
