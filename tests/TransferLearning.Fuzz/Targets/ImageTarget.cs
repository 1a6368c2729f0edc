namespace TransferLearning.Fuzz;

/// <summary>Encoded images, decoded whole or, as the first byte says, as far as they go.</summary>
internal sealed class ImageTarget : FuzzTarget
{
    private const string Name = "fuzzed image";
    private const int Side = 16;

    private readonly ImagePreprocessor[] _preprocessors =
    [
        .. new[] { false, true }.Select(partial => new ImagePreprocessor(
            ImagePreprocessing.ImageNet(Side), new ImageDecodeOptions { MaxPixels = 1_000_000, AllowPartial = partial })),
    ];

    private readonly float[] _tensor = new float[3 * Side * Side];

    /// <inheritdoc/>
    public override IReadOnlyList<Mutation> Mutations { get; } =
    [
        .. ByteMutations.All,
        ByteMutations.Tokens(
            "\u00FF\u00D8", "RIFF", "WEBPVP8L", "WEBPVP8X", "GIF89a", "BM", "\u0089PNG\r\n\u001A\n", "Exif\0\0II*\0", "acTL", "eXIf"),
        JpegMutations.Segments,
        JpegMutations.Frame,
        PngMutations.Chunks,
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds() =>
        [.. ImageSeeds.All().Select(image => (byte[])[0, .. image])];

    /// <inheritdoc/>
    public override string Run(byte[] input)
    {
        if (input.Length == 0)
            return "nothing";
        int partial = input[0] & 1;
        _preprocessors[partial].Load(input.AsSpan(1), _tensor, Name);
        if (!Array.TrueForAll(_tensor, float.IsFinite))
            throw new FuzzException("The tensor has numbers that are not finite.");
        var info = ImageDecoder.Probe(input.AsSpan(1), Name, new ImageDecodeOptions { MaxPixels = 1_000_000 });
        return FormattableString.Invariant($"{info.Format} {info.Orientation} {Magnitude(info.Width)} × {Magnitude(info.Height)}");
    }

    /// <inheritdoc/>
    public override bool IsDocumented(Exception error) => error is ImageDecodeException { ImageSource: Name };

    private static int Magnitude(int side) => int.Log2(side) / 3;
}
