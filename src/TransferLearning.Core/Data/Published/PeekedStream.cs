namespace TransferLearning;

/// <summary>A stream whose first bytes have been looked at: they are read again, followed by the rest.</summary>
internal sealed class PeekedStream : Stream
{
    private readonly Stream _rest;
    private readonly byte[] _start;
    private int _position;

    private PeekedStream(Stream rest, byte[] start) => (_rest, _start) = (rest, start);

    /// <summary>The first bytes; fewer than asked for where the stream is shorter.</summary>
    public ReadOnlySpan<byte> Start => _start;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Looks at the first bytes of a stream, which then belongs to the result.</summary>
    public static PeekedStream Of(Stream stream, int count)
    {
        byte[] start = new byte[count];
        int read = stream.ReadAtLeast(start, count, throwOnEndOfStream: false);
        return new PeekedStream(stream, start[..read]);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int kept = Math.Min(buffer.Length, _start.Length - _position);
        if (kept == 0)
            return _rest.Read(buffer);
        _start.AsSpan(_position, kept).CopyTo(buffer);
        _position += kept;
        return kept;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _rest.Dispose();
        base.Dispose(disposing);
    }
}
