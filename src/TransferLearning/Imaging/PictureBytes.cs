namespace TransferLearning.Imaging;

/// <summary>The bytes of a picture, and which part of it is meant; the buffer of a file goes back on <see cref="Dispose"/>, called once.</summary>
internal readonly struct PictureBytes : IDisposable
{
    private readonly PooledFile? _file;
    private readonly ReadOnlyMemory<byte> _memory;

    public PictureBytes(PooledFile file) => _file = file;

    public PictureBytes(ReadOnlyMemory<byte> memory) => _memory = memory;

    /// <summary>The part of the picture that is meant; null for the whole.</summary>
    public PictureBox? Box { get; init; }

    /// <summary>The content of a picture file.</summary>
    public ReadOnlySpan<byte> Bytes => _file is { } file ? file.Content : _memory.Span;

    /// <summary>Equal for pictures of equal content and, of a part, of the same place in it.</summary>
    public PictureHash Hash() => Hash(PictureHash.Of(Bytes));

    /// <summary>The same where the hash of the whole content is known.</summary>
    public PictureHash Hash(PictureHash content) => Box is { } box ? content.With(box.Key) : content;

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
