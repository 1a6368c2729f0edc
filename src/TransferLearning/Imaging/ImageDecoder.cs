using System.Diagnostics;
using System.Runtime.InteropServices;
using SkiaSharp;
using TransferLearning.Imaging.Jpeg;

namespace TransferLearning.Imaging;

/// <summary>What the header of a picture says.</summary>
/// <param name="Format">The kind of picture, by its content.</param>
/// <param name="Width">The width in pixels, upright.</param>
/// <param name="Height">The height in pixels, upright.</param>
/// <param name="Orientation">How the encoded picture lies.</param>
internal readonly record struct ImageInfo(ImageFormat Format, int Width, int Height, ImageOrientation Orientation)
{
    /// <summary>The same of a part, which is given in stored pixels.</summary>
    public ImageInfo Of(PictureBox box) => Orientation.SwapsAxes()
        ? this with { Width = box.Height, Height = box.Width }
        : this with { Width = box.Width, Height = box.Height };
}

/// <summary>
/// Decodes pictures with Skia's codecs, within bounds of memory and time; the usual JPEG for a known target with <see cref="JpegReader"/>, which
/// is faster and leaves the rest to Skia.
/// </summary>
/// <remarks>Safe for use from many threads.</remarks>
internal static class ImageDecoder
{
    /// <summary>The longest side that is decoded; what JPEG and GIF can hold.</summary>
    public const int MaxSide = 65_535;

    private const string PartialRemedy =
        $"replace it, or take what is there with {nameof(ImageDecodeOptions)}.{nameof(ImageDecodeOptions.AllowPartial)}";

    /// <summary>The eighths that libjpeg decodes with vector code; the others are slower than the next larger one of these.</summary>
    private static ReadOnlySpan<int> ScaleEighths => [1, 2, 4, 8];

    /// <summary>Reads the header only.</summary>
    /// <param name="encoded">The content of a picture file, at least its header.</param>
    /// <param name="name">What error messages call the picture.</param>
    /// <param name="options">What decoding may cost.</param>
    /// <param name="box">The part that is meant; null for the whole picture.</param>
    /// <exception cref="ImageDecodeException">The bytes are empty, not a picture, or too large, or the box is for another picture.</exception>
    public static unsafe ImageInfo Probe(ReadOnlySpan<byte> encoded, string name, ImageDecodeOptions options, PictureBox? box = null)
    {
        var format = Recognise(encoded, name);
        fixed (byte* bytes = encoded)
        {
            using var data = SKData.Create((nint)bytes, encoded.Length);
            using var codec = Open(data, format, name);
            var info = Describe(codec, encoded, format, name, options);
            return box is { } wanted ? info.Of(wanted.OnStored(codec.Info.Width, codec.Info.Height, info.Orientation, name)) : info;
        }
    }

    /// <summary>Decodes the (first) picture.</summary>
    /// <param name="encoded">The content of a picture file.</param>
    /// <param name="name">What error messages call the picture.</param>
    /// <param name="options">What decoding may cost.</param>
    /// <param name="target">
    /// What the picture is for: it may then be decoded at a smaller scale, never below <see cref="ImageDecodeOptions.Oversampling"/> times
    /// the size that it is resized to. Null: full size.
    /// </param>
    /// <param name="box">
    /// The part that is taken of it, as if that were a picture of its own. At full size no pixel outside of it is seen; at a smaller scale its
    /// edge may lie within a pixel, as <see cref="PixelImage.Content"/> says. Null: the whole picture.
    /// </param>
    /// <param name="onlyTarget">Whether pixels on which the target's own window does not depend may be undefined.</param>
    /// <exception cref="ImageDecodeException">
    /// The bytes are empty, not a picture, cut off, damaged or too large, or the box is for another picture.
    /// </exception>
    public static PixelImage Decode(
        ReadOnlySpan<byte> encoded,
        string name,
        ImageDecodeOptions options,
        ImagePreprocessing? target = null,
        PictureBox? box = null,
        bool onlyTarget = false)
    {
        var format = Recognise(encoded, name);
        if (format == ImageFormat.Ico && !options.AllowPartial && !IconDirectory.IsComplete(encoded))
            throw CutOff(name);
        if (format != ImageFormat.Jpeg)
            return Decode(encoded, format, default, name, options, target, box, onlyTarget);
        var structure = JpegStructure.Read(encoded);
        if (structure.IsComplete || !options.AllowPartial)
            return Decode(encoded, format, structure, name, options, target, box, onlyTarget);

        // The codec gives nothing of a progressive JPEG before its end, so an end is put where the bytes stop.
        byte[] ended = PixelBuffers.Rent(encoded.Length + 2);
        try
        {
            encoded.CopyTo(ended);
            ended[encoded.Length] = 0xFF;
            ended[encoded.Length + 1] = 0xD9;
            return Decode(ended.AsSpan(0, encoded.Length + 2), format, structure, name, options, target, box, onlyTarget);
        }
        finally
        {
            PixelBuffers.Return(ended);
        }
    }

    private static unsafe PixelImage Decode(
        ReadOnlySpan<byte> encoded,
        ImageFormat format,
        JpegStructure structure,
        string name,
        ImageDecodeOptions options,
        ImagePreprocessing? target,
        PictureBox? box,
        bool onlyTarget)
    {
        fixed (byte* bytes = encoded)
        {
            using var data = SKData.Create((nint)bytes, encoded.Length);
            using var codec = Open(data, format, name);
            var info = Describe(codec, encoded, format, name, options);
            if (structure.Objection((long)info.Width * info.Height) is { } objection)
                throw new ImageDecodeException(name, objection);
            var part = box?.OnStored(codec.Info.Width, codec.Info.Height, info.Orientation, name)
                ?? new PictureBox(0, 0, codec.Info.Width, codec.Info.Height, codec.Info.Width, codec.Info.Height);
            info = info.Of(part);
            if (target is null)
                return Decode(codec, info, new ScaledPicture(codec.Info.Size, part, format), [], name, options);
            var scaled = Scale(codec, info, part, target, options.Oversampling, onlyTarget);
            return Decode(codec, info, scaled, structure.IsComplete ? encoded : [], name, options);
        }
    }

    private static ImageFormat Recognise(ReadOnlySpan<byte> encoded, string name)
    {
        SkiaLibrary.Require();
        if (encoded.IsEmpty)
            throw new ImageDecodeException(name, "it is empty; remove it or replace it");
        if (ImageFormats.Sniff(encoded) is { } format)
            return format;
        string kind = ImageFormats.Describe(encoded);
        throw new ImageDecodeException(
            name, $"its content is {kind}, not a JPEG, PNG, GIF, BMP, WebP or ICO picture; convert it to JPEG or PNG, or remove it");
    }

    private static SKCodec Open(SKData data, ImageFormat format, string name)
    {
        var codec = SKCodec.Create(new SKMemoryStream(data), out var result);
        if (codec is not null)
            return codec;
        string reason = result == SKCodecResult.IncompleteInput
            ? "it is cut off within its header; replace it or remove it"
            : $"its {ImageFormats.NameOf(format)} header is damaged or of an unsupported kind; save it anew as JPEG or PNG, or remove it";
        throw new ImageDecodeException(name, reason);
    }

    private static ImageInfo Describe(
        SKCodec codec, ReadOnlySpan<byte> encoded, ImageFormat format, string name, ImageDecodeOptions options)
    {
        var size = codec.Info.Size;
        string said = FormattableString.Invariant($"its size is {size.Width} × {size.Height}");
        if (size.Width < 1 || size.Height < 1)
            throw new ImageDecodeException(name, $"{said}; replace it or remove it");
        if (size.Width > MaxSide || size.Height > MaxSide)
            throw new ImageDecodeException(name, FormattableString.Invariant($"{said}, and a side may have {MaxSide} pixels; make it smaller"));
        if ((long)size.Width * size.Height > options.MaxPixels)
        {
            string limit = FormattableString.Invariant($"the limit of {options.MaxPixels} pixels");
            throw new ImageDecodeException(
                name, $"{said}, over {limit}; make it smaller, or raise {nameof(ImageDecodeOptions)}.{nameof(ImageDecodeOptions.MaxPixels)}");
        }

        var orientation = format == ImageFormat.Png ? PngExif.ReadOrientation(encoded) : (ImageOrientation)codec.EncodedOrigin;
        return orientation.SwapsAxes()
            ? new ImageInfo(format, size.Height, size.Width, orientation)
            : new ImageInfo(format, size.Width, size.Height, orientation);
    }

    /// <summary>The smallest size, as encoded (not upright), that the codec can produce and at which the part suffices for the target.</summary>
    private static ScaledPicture Scale(
        SKCodec codec, in ImageInfo info, in PictureBox part, ImagePreprocessing target, double oversampling, bool onlyTarget)
    {
        if (info.Format is not (ImageFormat.Jpeg or ImageFormat.WebP))
            return new ScaledPicture(codec.Info.Size, part, info.Format);
        var geometry = ResizeGeometry.For(info.Width, info.Height, target);
        double neededWidth = oversampling * geometry.ResizedWidth;
        double neededHeight = oversampling * geometry.ResizedHeight;
        if (info.Orientation.SwapsAxes())
            (neededWidth, neededHeight) = (neededHeight, neededWidth);

        // Of the whole more pixels are needed than of the part.
        neededWidth *= (double)part.PhotoWidth / part.Width;
        neededHeight *= (double)part.PhotoHeight / part.Height;
        foreach (int eighths in ScaleEighths)
        {
            var size = codec.GetScaledDimensions(eighths / 8f);
            if (eighths < 8 && (size.Width < neededWidth || size.Height < neededHeight))
                continue;
            var scaled = new ScaledPicture(size, part, info.Format) { Eighths = eighths };
            if (!onlyTarget)
                return scaled;
            var content = info.Orientation.TurnUpright(scaled.Region, size.Width, size.Height);
            var needed = geometry.Needed(content, target.Interpolation);
            return scaled with { Window = info.Orientation.TurnBack(needed, size.Width, size.Height) };
        }

        throw new UnreachableException("The full size always suffices.");
    }

    /// <summary>Decodes at the given scale, takes the part, turns it upright and packs it.</summary>
    /// <param name="codec">The opened picture.</param>
    /// <param name="info">Its header.</param>
    /// <param name="scaled">The scale, and what is needed of the result.</param>
    /// <param name="complete">The content of a JPEG that has an end, which the faster reader may try; otherwise empty.</param>
    /// <param name="name">What error messages call the picture.</param>
    /// <param name="options">What decoding may cost.</param>
    private static PixelImage Decode(
        SKCodec codec, in ImageInfo info, in ScaledPicture scaled, ReadOnlySpan<byte> complete, string name, ImageDecodeOptions options)
    {
        var size = scaled.Size;
        bool opaque = codec.Info.AlphaType == SKAlphaType.Opaque;
        var region = scaled.Region;
        int length = 4 * size.Width * size.Height;
        byte[] buffer = PixelBuffers.Rent(length + PixelImage.Padding);
        try
        {
            if (complete.IsEmpty || !JpegReader.TryDecode(complete, scaled.Eighths, scaled.Window, size.Width, buffer.AsSpan(0, length)))
                ReadPixels(codec, size, opaque, buffer, name, options);
            (size, region) = PixelCrop.Take(MemoryMarshal.Cast<byte, uint>(buffer.AsSpan(0, length)), size, region);
            length = 4 * size.Width * size.Height;
            if (info.Orientation != ImageOrientation.Upright)
                buffer = TurnUpright(buffer, length, info.Orientation, size);
            if (opaque)
                PixelConversion.PackOpaque(buffer.AsSpan(0, length));
            else
                PixelConversion.PackOnWhite(buffer.AsSpan(0, length));
        }
        catch
        {
            PixelBuffers.Return(buffer);
            throw;
        }

        bool swap = info.Orientation.SwapsAxes();
        return new PixelImage(buffer, swap ? size.Height : size.Width, swap ? size.Width : size.Height)
        {
            SourceWidth = info.Width,
            SourceHeight = info.Height,
            Content = info.Orientation.TurnUpright(region, size.Width, size.Height),
        };
    }

    private static unsafe void ReadPixels(
        SKCodec codec, SKSizeI size, bool opaque, byte[] buffer, string name, ImageDecodeOptions options)
    {
        // No colour space is named: the stored values are taken as they are, which is what networks were trained on.
        var wanted = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
        SKCodecResult result;
        fixed (byte* pixels = buffer)
            result = codec.GetPixels(wanted, (nint)pixels, wanted.RowBytes, new SKCodecOptions(0));
        CheckResult(result, name, options);
    }

    /// <summary>The upright pixels in a rented buffer of their own; the given one goes back.</summary>
    private static byte[] TurnUpright(byte[] buffer, int length, ImageOrientation orientation, SKSizeI size)
    {
        byte[] upright = PixelBuffers.Rent(length + PixelImage.Padding);
        orientation.TurnUpright(
            MemoryMarshal.Cast<byte, uint>(buffer.AsSpan(0, length)),
            MemoryMarshal.Cast<byte, uint>(upright.AsSpan(0, length)),
            size.Width,
            size.Height);
        PixelBuffers.Return(buffer);
        return upright;
    }

    private static void CheckResult(SKCodecResult result, string name, ImageDecodeOptions options)
    {
        switch (result)
        {
            case SKCodecResult.Success:
            case SKCodecResult.IncompleteInput or SKCodecResult.ErrorInInput when options.AllowPartial:
                return;
            case SKCodecResult.IncompleteInput:
                throw CutOff(name);
            case SKCodecResult.ErrorInInput:
                throw new ImageDecodeException(name, $"it is damaged; {PartialRemedy}");
            case SKCodecResult.InvalidInput:
                throw new ImageDecodeException(name, "it is cut off or damaged; replace it or remove it");
            default:
                throw new ImageDecodeException(name, $"the decoder reports '{result}'; save it anew as JPEG or PNG");
        }
    }

    private static ImageDecodeException CutOff(string name) => new(name, $"it is cut off; {PartialRemedy}");
}
