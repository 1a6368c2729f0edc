using NetVips;

namespace TransferLearning;

/// <summary>AVIF: photos, whose deeper values are rounded to 8 bits.</summary>
internal sealed class AvifDecoder : VipsDecoder
{
    /// <inheritdoc/>
    public override IReadOnlyCollection<string> Extensions { get; } = [".avif"];

    /// <inheritdoc/>
    public override bool Recognises(ReadOnlySpan<byte> start) =>
        start.Length >= 12 && start[4..].StartsWith("ftyp"u8) && (start[8..].StartsWith("avif"u8) || start[8..].StartsWith("avis"u8));

    /// <inheritdoc/>
    protected override Image Open(byte[] encoded) =>
        Image.HeifloadBuffer(encoded, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);

    /// <inheritdoc/>
    protected override byte[] Colours(Image image)
    {
        using var colours = image.Colourspace(Enums.Interpretation.Srgb);
        using var bytes = colours.Cast(Enums.BandFormat.Uchar);
        return Pack(bytes);
    }
}
