using TransferLearning.Imaging;

namespace TransferLearning.Featurization;

/// <summary>A picture: a file, the content of one in memory, what a dataset makes when it is asked, or decoded pixels.</summary>
internal readonly record struct ImageSource
{
    private readonly ReadOnlyMemory<byte>? _bytes;
    private readonly PictureContent? _made;
    private readonly PixelImage? _pixels;

    private ImageSource(string name, ReadOnlyMemory<byte>? bytes = null, PictureContent? made = null, PixelImage? pixels = null)
    {
        Name = name;
        _bytes = bytes;
        _made = made;
        _pixels = pixels;
    }

    /// <summary>The random form that is taken of the picture; null for the picture as it is. Not of decoded pixels.</summary>
    public AugmentedView? View { get; init; }

    /// <summary>The path of the file, or what error messages call the picture.</summary>
    public string Name { get; }

    /// <summary>A file, which is opened when its turn comes.</summary>
    public static ImageSource FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(path);
    }

    /// <summary>The content of a picture file, which must not change until the work is done.</summary>
    public static ImageSource FromBytes(ReadOnlyMemory<byte> encoded, string name = "picture") => new(name, encoded);

    /// <summary>
    /// A decoded picture, which now belongs to the source and goes back with its <see cref="Content"/>. Not for use with a feature cache,
    /// which knows pictures by their files.
    /// </summary>
    public static ImageSource FromPixels(PixelImage pixels, string name = "picture") => new(name, pixels: pixels);

    /// <summary>A picture of a dataset: mostly a file, else a record or a part of one.</summary>
    public static ImageSource Of(LabeledImage image) => image.Content is null ? FromFile(image.Path) : new(image.Path, made: image.Content);

    /// <summary>The content; the caller disposes it, once.</summary>
    /// <exception cref="ImageDecodeException">The file is missing, empty, too large or cannot be read.</exception>
    public Content Read(ImageDecodeOptions options)
    {
        if (_pixels is not null)
            return new Content(_pixels);
        if (_bytes is { } bytes)
            return new Content(bytes) { View = View };
        try
        {
            if (_made is not null)
                return new Content(_made.Encode()) { View = View };
            ThrowIfNothingToRead(Name);
            return new Content(PooledFile.Read(Name, options)) { View = View };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ImageDecodeException(Name, $"the file cannot be read ({error.Message.TrimEnd('.')})", error);
        }
    }

    /// <summary>A pipe has no length, and opening one could wait for ever, so it is asked before.</summary>
    private static void ThrowIfNothingToRead(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            file = target;
        if (file.Exists && file.Length == 0)
            throw new ImageDecodeException(path, "it is empty or no regular file; remove it or replace it");
    }

    /// <summary>The bytes of a picture, or its pixels.</summary>
    public readonly struct Content : IDisposable
    {
        private readonly PixelImage? _pixels;
        private readonly PooledFile? _file;
        private readonly ReadOnlyMemory<byte> _bytes;

        internal Content(PixelImage pixels) => _pixels = pixels;

        internal Content(PooledFile file) => _file = file;

        internal Content(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

        /// <summary>The random form that is taken of the picture; null for the picture as it is.</summary>
        internal AugmentedView? View { get; init; }

        /// <summary>The bytes; none of a decoded picture.</summary>
        public ReadOnlySpan<byte> Bytes => _file is { } file ? file.Content : _bytes.Span;

        /// <summary>Writes the tensor of the picture.</summary>
        /// <param name="preprocessor">Knows what the network expects.</param>
        /// <param name="tensor">Receives the numbers.</param>
        /// <param name="name">What error messages call the picture.</param>
        /// <exception cref="ImageDecodeException">The bytes are not a picture that can be decoded.</exception>
        public void Load(ImagePreprocessor preprocessor, Span<float> tensor, string name)
        {
            if (_pixels is not null)
                preprocessor.Write(_pixels, tensor);
            else if (View is not null)
                preprocessor.Load(Bytes, tensor, name, View);
            else
                preprocessor.Load(Bytes, tensor, name);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            _file?.Dispose();
            _pixels?.Dispose();
        }
    }
}
