using NetVips;

namespace TransferLearning;

/// <summary>
/// TIFF: the first page. Values of more than 8 bits, and fractions, are brought to 8 bits so that images that use a part of the range keep
/// their content (<see cref="DeepValues"/>).
/// </summary>
internal sealed class TiffDecoder : VipsDecoder
{
    private const int LargestByte = 255;
    private const int LargestWord = 65_535;

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> Extensions { get; } = [".tif", ".tiff"];

    /// <inheritdoc/>
    public override bool Recognises(ReadOnlySpan<byte> start) =>
        (start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) || start.StartsWith("II+\0"u8) || start.StartsWith("MM\0+"u8))
        && !(start.Length > 9 && start[8..].StartsWith("CR"u8));

    /// <inheritdoc/>
    protected override Image Open(byte[] encoded)
    {
        if (TiffHeader.IsCameraRaw(encoded))
        {
            throw new InvalidDataException(
                "it is a camera raw image, whose first page is a thumbnail; convert it to JPEG, for instance with 'darktable-cli in.raw " +
                "out.jpg'");
        }

        return Image.TiffloadBuffer(encoded, autorotate: true, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
    }

    /// <inheritdoc/>
    protected override byte[] Colours(Image image)
    {
        int colours = image.Bands - (image.HasAlpha() ? 1 : 0);
        if (image.Interpretation is not (Enums.Interpretation.Cmyk or Enums.Interpretation.Lab or Enums.Interpretation.Labs)
            && colours is not (1 or 3))
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"it has {image.Bands} channels, which are no colours; save one or three of them as PNG"));
        }

        switch (image.Format)
        {
            case Enums.BandFormat.Uchar:
                using (var shown = image.Colourspace(Enums.Interpretation.Srgb))
                    return Pack(shown);
            case Enums.BandFormat.Ushort when image.Interpretation != Enums.Interpretation.Cmyk:
                return OfWords(image.WriteToMemory<ushort>(), image.Bands);
            case Enums.BandFormat.Ushort or Enums.BandFormat.Short when image.Interpretation != Enums.Interpretation.Multiband:
                using (var shown = image.Colourspace(Enums.Interpretation.Srgb))
                    return Pack(shown);
            case Enums.BandFormat.Complex or Enums.BandFormat.Dpcomplex:
                throw new InvalidDataException("its values are complex numbers; save their magnitude as PNG");
            default:
                using (var numbers = image.Cast(Enums.BandFormat.Float))
                    return OfNumbers(numbers.WriteToMemory<float>(), image.Bands);
        }
    }

    private static byte[] OfWords(ushort[] values, int bands)
    {
        ushort[] colours = bands is 1 or 3 ? values : [.. values.Where((_, i) => i % bands != bands - 1)];
        var (black, range) = DeepValues.RangeOf(colours.Min(), colours.Max());
        return Spread(values.Length, bands, i => (values[i] - black) / range, i => values[i] / (double)LargestWord);
    }

    /// <summary>Fractions up to 1 and numbers up to 255 and 65535 are taken as such; others from the lowest to the highest.</summary>
    private static byte[] OfNumbers(float[] values, int bands)
    {
        double lowest = double.PositiveInfinity, highest = double.NegativeInfinity;
        foreach (float value in values)
        {
            if (float.IsFinite(value))
                (lowest, highest) = (Math.Min(lowest, value), Math.Max(highest, value));
        }

        if (!double.IsFinite(lowest))
            throw new InvalidDataException("none of its values is a number; remove it");
        var (black, range) =
            lowest < 0 || highest > LargestWord ? (lowest, Math.Max(highest - lowest, double.Epsilon))
            : highest <= 1 ? DeepValues.Within(lowest, highest, 1)
            : highest <= LargestByte ? DeepValues.Within(lowest, highest, LargestByte)
            : DeepValues.RangeOf(lowest, highest);
        return Spread(values.Length, bands, i => float.IsFinite(values[i]) ? (values[i] - black) / range : 0, i => values[i] / highest);
    }

    /// <summary>Red, green, blue and opacity from one to four values from 0 to 1 for each pixel.</summary>
    private static byte[] Spread(int count, int bands, Func<int, double> colour, Func<int, double> opacity)
    {
        byte[] rgba = new byte[count / bands * 4];
        bool isGrey = bands < 3, hasOpacity = bands is 2 or 4;
        for (int from = 0, to = 0; from < count; from += bands, to += 4)
        {
            for (int channel = 0; channel < 3; channel++)
                rgba[to + channel] = Byte(colour(isGrey ? from : from + channel));
            rgba[to + 3] = hasOpacity ? Byte(opacity(from + bands - 1)) : byte.MaxValue;
        }

        return rgba;
    }

    private static byte Byte(double share) => (byte)Math.Clamp((LargestByte * share) + 0.5, 0, LargestByte);
}
