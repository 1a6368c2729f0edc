using SkiaSharp;

namespace TransferLearning;

/// <summary>An image that Skia's codecs decode.</summary>
/// <remarks>It must be disposed before the encoded bytes are released or moved.</remarks>
internal sealed class SkiaImage : IPixelSource, IDisposable
{
    private const string PartialRemedy =
        $"replace it, or accept what can be decoded with {nameof(ImageDecodeOptions)}.{nameof(ImageDecodeOptions.AllowPartial)}";

    private readonly SKData _data;
    private readonly SKCodec _codec;
    private readonly string _name;
    private readonly bool _allowPartial;

    /// <summary>Whether the image has 16 bits for each value, of which it may use a part only (<see cref="DeepValues"/>).</summary>
    private readonly bool _isDeep;

    private SkiaImage(SKData data, SKCodec codec, string name, bool allowPartial, bool isDeep)
    {
        _isDeep = isDeep;
        _data = data;
        _codec = codec;
        _name = name;
        _allowPartial = allowPartial;
    }

    /// <inheritdoc/>
    public SKSizeI Size => _codec.Info.Size;

    /// <inheritdoc/>
    public required ImageOrientation Orientation { get; init; }

    /// <inheritdoc/>
    public bool IsOpaque => _codec.Info.AlphaType == SKAlphaType.Opaque;

    /// <summary>Reads the header.</summary>
    /// <param name="encoded">The content of an image file.</param>
    /// <param name="start">The address of these bytes, which must stay fixed.</param>
    /// <param name="format">The format.</param>
    /// <param name="name">The name of the image for error messages.</param>
    /// <param name="allowPartial">Whether incomplete images are accepted.</param>
    /// <exception cref="ImageDecodeException">The header is truncated or damaged.</exception>
    public static unsafe SkiaImage Open(ReadOnlySpan<byte> encoded, byte* start, ImageFormat format, string name, bool allowPartial)
    {
        var data = SKData.Create((nint)start, encoded.Length);
        var codec = SKCodec.Create(new SKMemoryStream(data), out var result);
        if (codec is not null)
        {
            var orientation = format switch
            {
                ImageFormat.Jpeg => ExifOrientation.OfJpeg(encoded),
                ImageFormat.Png => ExifOrientation.OfPng(encoded),
                _ => (ImageOrientation)codec.EncodedOrigin,
            };
            return new SkiaImage(
                data, codec, name, allowPartial, format == ImageFormat.Png && DeepPng.Is(encoded)) { Orientation = orientation };
        }

        data.Dispose();
        string reason = result == SKCodecResult.IncompleteInput
            ? "it is cut off within its header; replace it or remove it"
            : $"its {ImageFormats.NameOf(format)} header is damaged or of an unsupported kind; save it again as JPEG or PNG, or remove it";
        throw new ImageDecodeException(name, reason);
    }

    /// <summary>The error for a truncated image.</summary>
    public static ImageDecodeException CutOff(string name) => new(name, $"it is cut off; {PartialRemedy}");

    /// <inheritdoc/>
    public SKSizeI SizeAt(int eighths) => _codec.GetScaledDimensions(eighths / 8f);

    /// <inheritdoc/>
    public unsafe bool TryRead(in ScaledImage scaled, Span<byte> pixels)
    {
        // Without a colour space the stored values are not converted: networks are trained on these.
        var alpha = IsOpaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        var wanted = new SKImageInfo(scaled.Size.Width, scaled.Size.Height, SKColorType.Rgba8888, alpha);
        SKCodecResult result;
        fixed (byte* start = pixels)
            result = _codec.GetPixels(wanted, (nint)start, wanted.RowBytes, new SKCodecOptions(0));
        Check(result);
        if (_isDeep)
            DeepPng.Spread(_data.AsSpan(), pixels);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _codec.Dispose();
        _data.Dispose();
    }

    private void Check(SKCodecResult result)
    {
        switch (result)
        {
            case SKCodecResult.Success:
            case SKCodecResult.IncompleteInput or SKCodecResult.ErrorInInput when _allowPartial:
                return;
            case SKCodecResult.IncompleteInput:
                throw CutOff(_name);
            case SKCodecResult.ErrorInInput:
                throw new ImageDecodeException(_name, $"it is damaged; {PartialRemedy}");
            case SKCodecResult.InvalidInput:
                throw new ImageDecodeException(_name, "it is cut off or damaged; replace it or remove it");
            default:
                throw new ImageDecodeException(_name, $"the decoder reports '{result}'; save it again as JPEG or PNG");
        }
    }
}
