using System.Text;

namespace TransferLearning.Fuzz;

/// <summary>The JSON of the preprocessing, as model files contain it.</summary>
internal sealed class PreprocessingTarget : FuzzTarget
{
    private const int MostPixels = 512 * 512;

    /// <inheritdoc/>
    public override IReadOnlyList<Mutation> Mutations { get; } =
    [
        .. ByteMutations.All,
        ByteMutations.Words(
            "{", "}", "[", "]", ",", "\"", "null", "-1", "1e39", "NaN", "2147483648",
            "\"mean\":", "\"std\":", "\"width\":", "\"resize\":\"pad\"", "\"NHWC\""),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds() =>
    [
        Encoding.UTF8.GetBytes(ImagePreprocessing.ImageNet(24).ToJson()),
        Encoding.UTF8.GetBytes(
            (ImagePreprocessing.Caffe(16) with { Layout = TensorLayout.Nhwc, Resize = ImageResizeMode.Pad, ResizeTo = null }).ToJson()),
        [.. "{\"width\":5,\"height\":7}"u8],
    ];

    /// <inheritdoc/>
    public override string Run(byte[] input)
    {
        var parsed = ImagePreprocessing.Parse(Encoding.UTF8.GetString(input));
        if (ImagePreprocessing.Parse(parsed.ToJson()) != parsed)
            throw new FuzzException("Preprocessing that is written and read again is another one.");
        if ((long)parsed.Width * parsed.Height > MostPixels)
            return "large";
        float[] tensor = new float[parsed.TensorLength];
        new ImagePreprocessor(parsed).Load(ImageSeeds.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100), tensor);
        return $"{parsed.Resize} {parsed.Layout} {parsed.ChannelOrder} {parsed.Interpolation} {parsed.ResizeTo is not null}";
    }

    /// <inheritdoc/>
    public override bool IsDocumented(Exception error) => error is FormatException;
}
