using NetVips;

namespace TransferLearning.Fuzz;

/// <summary>TIFF and AVIF images, as the package TransferLearning.Formats decodes them.</summary>
internal sealed class FormatsTarget : FuzzTarget
{
    private const string Name = "fuzzed image";
    private const int Side = 16;

    private static readonly ImageDecodeOptions Options = new() { MaxPixels = 1_000_000 };

    private readonly ImagePreprocessor _preprocessor = new(ImagePreprocessing.ImageNet(Side), Options);
    private readonly float[] _tensor = new float[3 * Side * Side];

    public FormatsTarget() => ImageDecoders.Register(MarkedDecoder.Instance);

    /// <inheritdoc/>
    public override IReadOnlyList<Mutation> Mutations { get; } =
    [
        .. ByteMutations.All,
        ByteMutations.Tokens("II*\0", "MM\0*", "II+\0", "MM\0+", "ftypavif", "ftypavis", "meta", "iprp", "ispe", "av1C", "iloc", "mdat"),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds()
    {
        using var grid = Image.Xyz(12, 12);
        using var grey = ((grid.ExtractBand(0) * 12) + grid.ExtractBand(1)) * 300;
        using var words = grey.Cast(Enums.BandFormat.Ushort);
        using var fractions = (grey / 65535).Cast(Enums.BandFormat.Float);
        using var bytes = (grey / 256).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Bw);
        using var colours = bytes.Bandjoin(bytes.Invert(), bytes / 2).Cast(Enums.BandFormat.Uchar)
            .Copy(interpretation: Enums.Interpretation.Srgb);
        using var opaque = colours.Bandjoin(200);
        using var pages = colours.Join(colours, Enums.Direction.Vertical);
        return
        [
            colours.TiffsaveBuffer(),
            colours.TiffsaveBuffer(Enums.ForeignTiffCompression.Lzw),
            colours.TiffsaveBuffer(Enums.ForeignTiffCompression.Jpeg),
            opaque.TiffsaveBuffer(Enums.ForeignTiffCompression.Deflate, predictor: Enums.ForeignTiffPredictor.Horizontal),
            words.TiffsaveBuffer(bigtiff: true),
            fractions.TiffsaveBuffer(tile: true, tileWidth: 16, tileHeight: 16),
            bytes.TiffsaveBuffer(bitdepth: 1),
            pages.Mutate(mutable => mutable.Set(GValue.GIntType, "page-height", 12)).TiffsaveBuffer(),
            colours.HeifsaveBuffer(q: 60, compression: Enums.ForeignHeifCompression.Av1, effort: 1),
            opaque.HeifsaveBuffer(q: 40, compression: Enums.ForeignHeifCompression.Av1, effort: 1, bitdepth: 10),
        ];
    }

    /// <inheritdoc/>
    public override string Run(byte[] input)
    {
        byte[] marked = MarkedDecoder.Marked(input);
        _preprocessor.Load(marked, _tensor, Name);
        if (!Array.TrueForAll(_tensor, float.IsFinite))
            throw new FuzzException("The tensor has numbers that are not finite.");
        var info = ImageDecoder.Probe(marked, Name, Options);
        return FormattableString.Invariant($"{Magnitude(info.Width)} × {Magnitude(info.Height)}, {Math.Min(info.Pages, 2)}");
    }

    /// <inheritdoc/>
    public override bool IsDocumented(Exception error) => error is ImageDecodeException { ImageSource: Name };

    private static int Magnitude(int side) => int.Log2(side) / 3;
}
