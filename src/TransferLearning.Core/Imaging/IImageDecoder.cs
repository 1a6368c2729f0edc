namespace TransferLearning;

/// <summary>
/// Decodes image formats that the library does not know itself, for instance those of the package TransferLearning.Formats; see
/// <see cref="ImageDecoders.Register"/>.
/// </summary>
/// <remarks>
/// Implementations are called from many threads at once. They report a file that is damaged, cut off or of an unsupported kind by
/// <see cref="InvalidDataException"/>, whose message is a clause such as "it is cut off; replace it"; the library adds the file's name.
/// </remarks>
public interface IImageDecoder
{
    /// <summary>The file extensions of the formats, with the dot, for instance <c>.tif</c>; upper and lower case are the same.</summary>
    IReadOnlyCollection<string> Extensions { get; }

    /// <summary>Whether a file is of one of the formats.</summary>
    /// <param name="start">The first 32 bytes of the file, or all of a shorter one.</param>
    bool Recognises(ReadOnlySpan<byte> start);

    /// <summary>Reads the header.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <returns>Width and height in pixels, upright, and the number of images in the file, of which the first one is decoded.</returns>
    /// <exception cref="InvalidDataException">The header is damaged, or the kind is not supported.</exception>
    (int Width, int Height, int Pages) ReadHeader(ReadOnlySpan<byte> encoded);

    /// <summary>Decodes the first image, upright.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="pixels">
    /// Receives 4 · width · height bytes: red, green, blue and opacity of each pixel, row by row; colours are not multiplied by opacity.
    /// </param>
    /// <exception cref="InvalidDataException">The image is damaged or cut off.</exception>
    void Decode(ReadOnlySpan<byte> encoded, Span<byte> pixels);
}
