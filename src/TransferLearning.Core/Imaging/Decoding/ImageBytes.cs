namespace TransferLearning;

/// <summary>
/// The encoded bytes of an image, with the box if it is a crop; <see cref="Dispose"/>, called once, returns the buffer of a file.
/// </summary>
internal readonly struct ImageBytes : IDisposable
{
    private readonly PooledFile? _file;
    private readonly ReadOnlyMemory<byte> _memory;

    public ImageBytes(PooledFile file) => _file = file;

    public ImageBytes(ReadOnlyMemory<byte> memory) => _memory = memory;

    /// <summary>The box of a crop; null for the whole image.</summary>
    public ImageBox? Box { get; init; }

    /// <summary>The content of an image file.</summary>
    public ReadOnlySpan<byte> Bytes => _file is { } file ? file.Content : _memory.Span;

    /// <summary>Equal for images with equal content and, for crops, equal boxes.</summary>
    public ImageHash Hash() => Hash(ImageHash.Of(Bytes));

    /// <summary>The same if the hash of the content is known.</summary>
    public ImageHash Hash(ImageHash content) => Box is { } box ? content.With(box.Key) : content;

    /// <summary>Reads an image file.</summary>
    /// <exception cref="ImageDecodeException">The file is empty or larger than allowed.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PooledFile ReadFile(string path, ImageDecodeOptions options)
    {
        using var handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
        long length = RandomAccess.GetLength(handle);
        if (length == 0)
            throw new ImageDecodeException(path, "the file is empty; remove it or replace it");
        if (length > options.MaxFileBytes)
        {
            string over = FormattableString.Invariant($"the file has {length} bytes, over the limit of {options.MaxFileBytes}");
            throw new ImageDecodeException(
                path, $"{over}; make it smaller, or raise {nameof(ImageDecodeOptions)}.{nameof(ImageDecodeOptions.MaxFileBytes)}");
        }

        return PooledFile.Read(handle, (int)length);
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
