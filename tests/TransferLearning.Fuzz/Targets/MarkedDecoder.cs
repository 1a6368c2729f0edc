namespace TransferLearning.Fuzz;

/// <summary>
/// The decoders of TIFF and AVIF behind a mark of their own. Decoders belong to the process, so that registering the real ones would
/// change what the other targets, and tests, see as an image.
/// </summary>
internal sealed class MarkedDecoder : IImageDecoder
{
    private readonly IImageDecoder[] _decoders = [new TiffDecoder(), new AvifDecoder()];

    private MarkedDecoder()
    {
    }

    /// <summary>The only one, so that it is registered once.</summary>
    public static MarkedDecoder Instance { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Extensions => [];

    private static ReadOnlySpan<byte> Mark => "\u0001fuzz"u8;

    /// <summary>The input with the mark.</summary>
    public static byte[] Marked(ReadOnlySpan<byte> encoded) => [.. Mark, .. encoded];

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> start) => start.StartsWith(Mark);

    /// <inheritdoc/>
    public (int Width, int Height, int Pages) ReadHeader(ReadOnlySpan<byte> encoded) =>
        Of(encoded).ReadHeader(encoded[Mark.Length..]);

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> encoded, Span<byte> pixels) => Of(encoded).Decode(encoded[Mark.Length..], pixels);

    private IImageDecoder Of(ReadOnlySpan<byte> encoded)
    {
        foreach (var decoder in _decoders)
        {
            if (decoder.Recognises(encoded[Mark.Length..]))
                return decoder;
        }

        throw new InvalidDataException("it is neither TIFF nor AVIF");
    }
}
