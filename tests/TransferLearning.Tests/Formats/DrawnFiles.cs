using NetVips;

namespace TransferLearning.Tests.Formats;

/// <summary>Files of formats that only the package TransferLearning.Formats decodes, written by libvips.</summary>
internal static class DrawnFiles
{
    public const int Width = 40, Height = 30;

    /// <summary>A horizontal ramp between two values, as values of 16 bits.</summary>
    public static Image Ramp(ushort from, ushort to)
    {
        var values = new ushort[Width * Height];
        for (int i = 0; i < values.Length; i++)
            values[i] = (ushort)(from + ((to - from) * (i % Width) / (Width - 1)));
        return Image.NewFromMemoryCopy(values, Width, Height, 1, Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Grey16);
    }

    /// <summary>An image of one colour, with bytes.</summary>
    public static Image Plain(params double[] colour) =>
        (Image.Black(Width, Height, colour.Length) + colour).Cast(Enums.BandFormat.Uchar).Copy(
            interpretation: colour.Length == 1 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);

    /// <summary>A TIFF.</summary>
    public static byte[] Tiff(Image image, Enums.ForeignTiffCompression? compression = null) =>
        image.TiffsaveBuffer(compression: compression);

    /// <summary>Decodes a file as everything in the library does.</summary>
    public static byte[] Decode(byte[] file)
    {
        using var image = ImageDecoder.Decode(Marked(file), "file", ImageDecodeOptions.Default);
        return image.Pixels.ToArray();
    }

    /// <summary>
    /// The file with a mark before it. In the process of the tests a TIFF is no image, which other tests rely on; a marked one is.
    /// </summary>
    public static byte[] Marked(byte[] file)
    {
        foreach (var decoder in MarkedDecoder.All)
        {
            ImageDecoders.Register(decoder);
            if (decoder.Reads(file))
                return [.. decoder.Mark, .. file];
        }

        return file;
    }

    private sealed class MarkedDecoder(byte[] mark, IImageDecoder decoder) : IImageDecoder
    {
        public static readonly MarkedDecoder[] All =
            [new([.. "test-tiff"u8], new TiffDecoder()), new([.. "test-avif"u8], new AvifDecoder())];

        public byte[] Mark => mark;

        public IReadOnlyCollection<string> Extensions => [".marked"];

        public bool Reads(byte[] file) => decoder.Recognises(file.AsSpan(0, Math.Min(file.Length, 32)));

        public bool Recognises(ReadOnlySpan<byte> start) => start.StartsWith(mark);

        public (int Width, int Height, int Pages) ReadHeader(ReadOnlySpan<byte> encoded) => decoder.ReadHeader(encoded[mark.Length..]);

        public void Decode(ReadOnlySpan<byte> encoded, Span<byte> pixels) => decoder.Decode(encoded[mark.Length..], pixels);
    }
}
