using System.Runtime.InteropServices;
using SkiaSharp;

namespace TransferLearning;

/// <summary>
/// Decodes images with bounded memory and time: common JPEG files for a known target with <see cref="JpegReader"/>, which is faster, and
/// everything else with Skia's codecs.
/// </summary>
/// <remarks>
/// Safe for use from many threads. The <see cref="AppContext"/> switch <see cref="SkiaForJpegSwitch"/> turns the JPEG reader off.
/// </remarks>
internal static class ImageDecoder
{
    /// <summary>The longest side that is decoded: the limit of the JPEG and GIF formats.</summary>
    public const int MaxSide = 65_535;

    /// <summary>The switch that makes Skia decode every JPEG, for instance to compare results.</summary>
    public const string SkiaForJpegSwitch = "TransferLearning.UseSkiaForJpeg";

    private static bool SkiaForJpeg => AppContext.TryGetSwitch(SkiaForJpegSwitch, out bool isOn) && isOn;

    /// <summary>Reads the header only.</summary>
    /// <param name="encoded">The content of an image file, at least its header.</param>
    /// <param name="name">The name of the image for error messages.</param>
    /// <param name="options">The limits of decoding.</param>
    /// <param name="box">The rectangle to describe; null for the whole image.</param>
    /// <exception cref="ImageDecodeException">
    /// The bytes are empty, not an image, or too large, or the box was drawn on another image.
    /// </exception>
    public static unsafe ImageInfo Probe(ReadOnlySpan<byte> encoded, string name, ImageDecodeOptions options, ImageBox? box = null)
    {
        var format = Recognise(encoded, name);
        if (format == ImageFormat.Registered)
        {
            var registered = new RegisteredImage(encoded, name);
            var whole = Describe(registered, format, name, options) with { Pages = registered.Pages };
            return box is { } part ? whole.Of(part.OnStored(whole.Width, whole.Height, whole.Orientation, name)) : whole;
        }

        fixed (byte* start = encoded)
        {
            using var image = SkiaImage.Open(encoded, start, format, name, options.AllowPartial);
            var info = Describe(image, format, name, options);
            return box is { } wanted ? info.Of(wanted.OnStored(image.Size.Width, image.Size.Height, info.Orientation, name)) : info;
        }
    }

    /// <summary>Decodes the (first) image.</summary>
    /// <param name="encoded">The content of an image file.</param>
    /// <param name="name">The name of the image for error messages.</param>
    /// <param name="options">The limits of decoding.</param>
    /// <param name="target">
    /// The preprocessing that follows: the image may then be decoded at a smaller scale, never below
    /// <see cref="ImageDecodeOptions.Oversampling"/> times the resized size. Null: full size.
    /// </param>
    /// <param name="box">
    /// The rectangle to crop, as if it were an image of its own. At full size no pixel outside of it is used; at a smaller scale its edge
    /// may be within a pixel, see <see cref="PixelImage.Content"/>. Null: the whole image.
    /// </param>
    /// <param name="onlyTarget">Whether pixels that do not contribute to the target may be undefined.</param>
    /// <exception cref="ImageDecodeException">
    /// The bytes are empty, not an image, cut off, damaged or too large, or the box was drawn on another image.
    /// </exception>
    public static PixelImage Decode(
        ReadOnlySpan<byte> encoded,
        string name,
        ImageDecodeOptions options,
        ImagePreprocessing? target = null,
        ImageBox? box = null,
        bool onlyTarget = false)
    {
        var format = Recognise(encoded, name);
        var request = new Request(format, name, options, target, box, onlyTarget);
        if (format == ImageFormat.Registered)
            return Decode(new RegisteredImage(encoded, name), request)!;
        if (format == ImageFormat.Ico && !options.AllowPartial && !IconDirectory.IsComplete(encoded))
            throw SkiaImage.CutOff(name);
        if (format != ImageFormat.Jpeg)
            return DecodeWithSkia(encoded, request);
        request = request with { Structure = JpegStructure.Read(encoded) };
        if (request.Structure.IsComplete)
            return (target is null || SkiaForJpeg ? null : DecodeCommonJpeg(encoded, request)) ?? DecodeWithSkia(encoded, request);
        byte[] ended = PixelBuffers.Rent(encoded.Length + JpegEnd.Length);
        try
        {
            // An image that lacks nothing but its end mark is no damaged one.
            if (JpegEnd.Complete(encoded, ended) is { Length: > 0 } complete)
                return (target is null || SkiaForJpeg ? null : DecodeCommonJpeg(complete, request)) ?? DecodeWithSkia(complete, request);
            if (!options.AllowPartial)
                return DecodeWithSkia(encoded, request);

            // Skia decodes nothing of a progressive JPEG without an end mark.
            return DecodeWithSkia(JpegEnd.Append(encoded, ended), request);
        }
        finally
        {
            PixelBuffers.Return(ended);
        }
    }

    /// <summary>Null if Skia has to decode it.</summary>
    private static PixelImage? DecodeCommonJpeg(ReadOnlySpan<byte> encoded, in Request request) =>
        JpegFrame.Read(encoded) is { } frame ? Decode(new JpegImage(encoded, frame), request) : null;

    private static unsafe PixelImage DecodeWithSkia(ReadOnlySpan<byte> encoded, in Request request)
    {
        fixed (byte* start = encoded)
        {
            using var image = SkiaImage.Open(encoded, start, request.Format, request.Name, request.Options.AllowPartial);
            return Decode(image, request)!;
        }
    }

    private static ImageFormat Recognise(ReadOnlySpan<byte> encoded, string name)
    {
        SkiaLibrary.Require();
        if (encoded.IsEmpty)
            throw new ImageDecodeException(name, "it is empty; remove it or replace it");
        if (ImageFormats.Sniff(encoded) is { } format)
            return format;
        string kind = ImageFormats.Describe(encoded, name);
        string remedy = ImageFormats.HowToConvert(kind) ?? "convert it to JPEG or PNG";
        throw new ImageDecodeException(
            name, $"its content is {kind}, not a JPEG, PNG, GIF, BMP, WebP or ICO image; {remedy}, or remove it");
    }

    private static ImageInfo Describe<TSource>(scoped in TSource source, ImageFormat format, string name, ImageDecodeOptions options)
        where TSource : IPixelSource, allows ref struct
    {
        var size = source.Size;
        string? fault = null;
        if (size.Width < 1 || size.Height < 1)
        {
            fault = "; replace it or remove it";
        }
        else if (size.Width > MaxSide || size.Height > MaxSide)
        {
            fault = FormattableString.Invariant($", but a side may have at most {MaxSide} pixels; make it smaller");
        }
        else if ((long)size.Width * size.Height > (format == ImageFormat.Jpeg ? options.MaxScaledPixels : options.MaxPixels))
        {
            fault = OverLimit(options);
        }

        if (fault is not null)
            throw new ImageDecodeException(name, FormattableString.Invariant($"its size is {size.Width} × {size.Height}{fault}"));
        var orientation = source.Orientation;
        return orientation.SwapsAxes()
            ? new ImageInfo(format, size.Height, size.Width, orientation)
            : new ImageInfo(format, size.Width, size.Height, orientation);
    }

    private static string OverLimit(ImageDecodeOptions options) => FormattableString.Invariant(
        $", over the limit of {options.MaxPixels} pixels; make it smaller, ") +
        $"or raise {nameof(ImageDecodeOptions)}.{nameof(ImageDecodeOptions.MaxPixels)}";

    /// <summary>Decodes at the smallest sufficient scale, crops, rotates upright and packs; null if another source has to.</summary>
    private static PixelImage? Decode<TSource>(scoped in TSource source, in Request request)
        where TSource : IPixelSource, allows ref struct
    {
        string name = request.Name;
        var (width, height) = (source.Size.Width, source.Size.Height);
        var info = Describe(source, request.Format, name, request.Options);
        if (request.Structure.Objection((long)width * height) is { } objection)
            throw new ImageDecodeException(name, objection);
        var part = request.Box?.OnStored(width, height, info.Orientation, name) ?? new ImageBox(0, 0, width, height, width, height);
        info = info.Of(part);
        var scaled = request.Target is { } target
            ? ScaledImage.For(source, info, part, target, request.Options.Oversampling, request.OnlyTarget)
            : new ScaledImage(source.Size, part, request.Format);
        var (size, region) = (scaled.Size, scaled.Region);
        if ((long)size.Width * size.Height > request.Options.MaxPixels)
            throw new ImageDecodeException(
                name, FormattableString.Invariant($"its size is {width} × {height}{OverLimit(request.Options)}"));
        int length = 4 * size.Width * size.Height;
        byte[] buffer = PixelBuffers.Rent(length + PixelImage.Padding);
        try
        {
            if (!source.TryRead(scaled, buffer.AsSpan(0, length)))
            {
                PixelBuffers.Return(buffer);
                return null;
            }

            (size, region) = PixelCrop.Take(MemoryMarshal.Cast<byte, uint>(buffer.AsSpan(0, length)), size, region);
            length = 4 * size.Width * size.Height;
            if (info.Orientation != ImageOrientation.Upright)
                buffer = TurnUpright(buffer, length, info.Orientation, size);
            if (source.IsOpaque)
                PixelConversion.PackOpaque(buffer.AsSpan(0, length));
            else
                PixelConversion.PackOnGround(buffer.AsSpan(0, length));
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

    /// <summary>Moves the upright pixels to another rented buffer, and returns the given one.</summary>
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

    /// <summary>The request; <see cref="Structure"/> is only set for a JPEG.</summary>
    private readonly record struct Request(
        ImageFormat Format, string Name, ImageDecodeOptions Options, ImagePreprocessing? Target, ImageBox? Box, bool OnlyTarget)
    {
        public JpegStructure Structure { get; init; }
    }
}
