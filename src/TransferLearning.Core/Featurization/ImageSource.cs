namespace TransferLearning;

/// <summary>An image: a file, the content of one in memory, what a dataset makes when it is asked, or decoded pixels.</summary>
internal readonly record struct ImageSource
{
    private readonly ReadOnlyMemory<byte>? _bytes;
    private readonly ImageContent? _made;
    private readonly PixelImage? _pixels;

    private ImageSource(string name, ReadOnlyMemory<byte>? bytes = null, ImageContent? made = null, PixelImage? pixels = null)
    {
        Name = name;
        _bytes = bytes;
        _made = made;
        _pixels = pixels;
    }

    /// <summary>The random view that is taken of the image; null for the image as it is. Not of decoded pixels.</summary>
    public AugmentedView? View { get; init; }

    /// <summary>The path of the file, or what error messages call the image.</summary>
    public string Name { get; }

    /// <summary>A file, which is opened when its turn comes.</summary>
    public static ImageSource FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(path);
    }

    /// <summary>The content of an image file, which must not change until the work is done.</summary>
    public static ImageSource FromBytes(ReadOnlyMemory<byte> encoded, string name = "image") => new(name, encoded);

    /// <summary>
    /// A decoded image, which now belongs to the source and goes back with its <see cref="Content"/>. Not for use with a feature cache,
    /// which knows images by their files.
    /// </summary>
    public static ImageSource FromPixels(PixelImage pixels, string name = "image") => new(name, pixels: pixels);

    /// <summary>An image of a dataset: mostly a file, else a record or a part of one.</summary>
    public static ImageSource Of(LabeledImage image) => Of(image.Path, image.Content);

    /// <summary>An image of a dataset by its path and, where it is no file of its own, what makes it.</summary>
    public static ImageSource Of(string path, ImageContent? content) => content is null ? FromFile(path) : new(path, made: content);

    /// <summary>Images in files and at addresses.</summary>
    public static ImageSource[] Of(IReadOnlyList<ImageLocation> images, DownloadsAhead ahead) =>
        [.. images.Select((image, index) => Of(image.Name, ahead.ContentOf(index)))];

    /// <summary>The file that is read, which several images may be parts of; null for images in memory.</summary>
    public string? File => _pixels is not null || _bytes is not null ? null : _made is null ? Name : _made.SourceImage;

    /// <summary>The content; the caller disposes it, once.</summary>
    /// <exception cref="ImageDecodeException">The file is missing, empty, too large or cannot be read.</exception>
    public Content Read(ImageDecodeOptions options)
    {
        if (_pixels is not null)
            return new Content(_pixels);
        if (_bytes is { } bytes)
            return new Content(new ImageBytes(bytes)) { View = View };
        try
        {
            if (File is { } file)
                ThrowIfNothingToRead(file);
            return new Content(ImageContent.Read(_made, Name, options)) { View = View };
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

    /// <summary>The bytes of an image, or its pixels.</summary>
    public readonly struct Content : IDisposable
    {
        private readonly PixelImage? _pixels;
        private readonly ImageBytes _encoded;

        internal Content(PixelImage pixels) => _pixels = pixels;

        internal Content(ImageBytes encoded) => _encoded = encoded;

        /// <summary>The random view that is taken of the image; null for the image as it is.</summary>
        internal AugmentedView? View { get; init; }

        /// <summary>The encoded image. Not of decoded pixels.</summary>
        public ImageBytes Encoded => _encoded;

        /// <summary>What distinguishes the image from others, whatever view of it is taken. Not of decoded pixels.</summary>
        /// <param name="whole">Set to the hash of all bytes, which is taken as it is where it is known already.</param>
        public ImageHash Hash(ref ImageHash? whole)
        {
            whole ??= ImageHash.Of(_encoded.Bytes);
            return _encoded.Hash(whole.Value);
        }

        /// <summary>The same bytes for another image in the same file.</summary>
        public Content For(ImageSource other) => new(_encoded with { Box = other._made?.Box }) { View = other.View };

        /// <summary>Writes the tensor of the image.</summary>
        /// <param name="preprocessor">Knows what the network expects.</param>
        /// <param name="tensor">Receives the numbers.</param>
        /// <param name="name">What error messages call the image.</param>
        /// <exception cref="ImageDecodeException">The bytes are not an image that can be decoded.</exception>
        public void Load(ImagePreprocessor preprocessor, Span<float> tensor, string name)
        {
            if (_pixels is not null)
                preprocessor.Write(_pixels, tensor);
            else
                preprocessor.Load(_encoded, tensor, name, View);
        }

        /// <summary>Writes the pixels of the image, as the tensor has them before they are normalised. Not of a random view.</summary>
        /// <inheritdoc cref="Load"/>
        public void LoadPixels(ImagePreprocessor preprocessor, Span<byte> pixels, string name)
        {
            if (View is not null)
                throw new InvalidOperationException("Views are made of numbers; the network has to take numbers.");
            if (_pixels is not null)
                preprocessor.WritePixels(_pixels, pixels);
            else
                preprocessor.LoadPixels(_encoded, pixels, name);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            _encoded.Dispose();
            _pixels?.Dispose();
        }
    }
}
