using System.Runtime.InteropServices;
using NetVips;

namespace TransferLearning;

/// <summary>Decodes with libvips.</summary>
internal abstract class VipsDecoder : IImageDecoder
{
    /// <inheritdoc/>
    public abstract IReadOnlyCollection<string> Extensions { get; }

    /// <inheritdoc/>
    public abstract bool Recognises(ReadOnlySpan<byte> start);

    /// <inheritdoc/>
    public (int Width, int Height, int Pages) ReadHeader(ReadOnlySpan<byte> encoded) =>
        With(encoded, image => (image.Width, image.Height, image.Contains("n-pages") ? (int)image.Get("n-pages") : 1));

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> encoded, Span<byte> pixels)
    {
        byte[] rgba = With(encoded, Colours);
        if (rgba.Length != pixels.Length)
            throw new InvalidDataException("its size and its content do not fit together; save it again as PNG");
        rgba.CopyTo(pixels);
    }

    /// <summary>Opens the first image of the file, upright; only its header is read.</summary>
    protected abstract Image Open(byte[] encoded);

    /// <summary>Red, green, blue and opacity of each pixel.</summary>
    protected abstract byte[] Colours(Image image);

    /// <summary>The native library, which is loaded with the first image, not with the decoder.</summary>
    private static class Library
    {
        /// <summary>Null after it has been loaded and prepared; else what is wrong.</summary>
        public static string? Obstacle { get; } = Prepare();

        private static string? Prepare()
        {
            if (!ModuleInitializer.VipsInitialized)
            {
                return "the native library libvips, which decodes it, cannot be loaded on " +
                    $"{RuntimeInformation.RuntimeIdentifier}; reference the package NetVips.Native for it";
            }

            Cache.Max = 0;
            NetVips.NetVips.Concurrency = 1;
            return null;
        }
    }

    private T With<T>(ReadOnlySpan<byte> encoded, Func<Image, T> work)
    {
        if (Library.Obstacle is { } obstacle)
            throw new InvalidDataException(obstacle);

        // libvips reads the bytes as long as the image lives, so they must not move.
        byte[] copy = encoded.ToArray();
        try
        {
            using var image = Open(copy);
            return work(image);
        }
        catch (VipsException error)
        {
            string detail = error.Message.ReplaceLineEndings(" ").Trim();
            throw new InvalidDataException($"it is damaged, cut off or of an unsupported kind ({detail}); save it again as PNG", error);
        }
    }

    /// <summary>An image of bytes in the colours of screens, as red, green, blue and opacity.</summary>
    protected static byte[] Pack(Image image)
    {
        using var opaque = image.HasAlpha() ? image.Copy() : image.Bandjoin(255);
        return opaque.WriteToMemory<byte>();
    }
}
