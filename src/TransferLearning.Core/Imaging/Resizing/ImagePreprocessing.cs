using System.Numerics;
using System.Text.Json;

namespace TransferLearning;

/// <summary>How an image is resized to the input size of a network.</summary>
public enum ImageResizeMode
{
    /// <summary>The shorter side becomes <see cref="ImagePreprocessing.ResizeTo"/>, then the centre is cropped.</summary>
    ShortestSide,

    /// <summary>Width and height are scaled independently; the aspect ratio is lost.</summary>
    Squash,

    /// <summary>The whole image is fitted inside, and the rest is filled with the mean colour (zero after normalisation).</summary>
    Pad,
}

/// <summary>The resize filter; both are antialiased, as in Pillow.</summary>
public enum ImageInterpolation
{
    /// <summary>Triangle filter.</summary>
    Bilinear,

    /// <summary>Cubic convolution filter with a = −0.5.</summary>
    Bicubic,
}

/// <summary>The order of the colour channels.</summary>
public enum ChannelOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red.</summary>
    Bgr,
}

/// <summary>The order of the axes of the input tensor.</summary>
public enum TensorLayout
{
    /// <summary>Batch, channel, row, column.</summary>
    Nchw,

    /// <summary>Batch, row, column, channel.</summary>
    Nhwc,
}

/// <summary>
/// The preprocessing of one network, from image to input tensor: size, crop, filter, channel order, layout and normalisation. Every
/// backbone and every saved model contains it, so that no network is used with the wrong preprocessing.
/// </summary>
/// <remarks>
/// Pixel values are 0–255; the network sees <c>(x − Mean) / StandardDeviation</c> per channel, in <see cref="ChannelOrder"/>. Immutable and
/// safe for use from many threads.
/// </remarks>
public sealed record ImagePreprocessing : ICheckedOptions
{
    private const int LargestSide = 8192;

    /// <summary>The width of the input tensor, in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>The height of the input tensor, in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>How the image is resized. <value>The default is <see cref="ImageResizeMode.ShortestSide"/>.</value></summary>
    public ImageResizeMode Resize { get; init; } = ImageResizeMode.ShortestSide;

    /// <summary>
    /// For <see cref="ImageResizeMode.ShortestSide"/>: the length of the shorter side before the centre crop, in pixels; at least the
    /// larger of width and height. Null: the larger of width and height, so that only the longer side is cropped.
    /// </summary>
    public int? ResizeTo { get; init; }

    /// <summary>The filter. <value>The default is <see cref="ImageInterpolation.Bilinear"/>.</value></summary>
    public ImageInterpolation Interpolation { get; init; } = ImageInterpolation.Bilinear;

    /// <summary>The channel order. <value>The default is <see cref="ChannelOrder.Rgb"/>.</value></summary>
    public ChannelOrder ChannelOrder { get; init; } = ChannelOrder.Rgb;

    /// <summary>The axis order. <value>The default is <see cref="TensorLayout.Nchw"/>.</value></summary>
    public TensorLayout Layout { get; init; } = TensorLayout.Nchw;

    /// <summary>
    /// The numbers that are subtracted from the first, second and third channel in <see cref="ChannelOrder"/>, on the scale 0–255.
    /// </summary>
    public Vector3 Mean { get; init; }

    /// <summary>The numbers by which the channels are divided, in <see cref="ChannelOrder"/>, on the scale 0–255; never zero.</summary>
    public Vector3 StandardDeviation { get; init; } = Vector3.One;

    /// <summary>The number of floats of one image: 3 · width · height.</summary>
    public int TensorLength => 3 * Width * Height;

    /// <summary>
    /// The usual preprocessing of PyTorch's ImageNet networks: RGB, short side 8/7 of the size, centre crop, mean (0.485, 0.456, 0.406) and
    /// standard deviation (0.229, 0.224, 0.225) on the scale 0–1 (source: torchvision's ImageNet presets).
    /// </summary>
    /// <param name="size">Width and height of the input, in pixels.</param>
    public static ImagePreprocessing ImageNet(int size = 224) => new()
    {
        Width = size,
        Height = size,
        ResizeTo = ShortSideFor(size),
        Mean = new Vector3(123.675f, 116.28f, 103.53f),
        StandardDeviation = new Vector3(58.395f, 57.12f, 57.375f),
    };

    /// <summary>RGB scaled to −1…1, short side 8/7 of the size, centre crop (source: Keras' <c>preprocess_input</c>, mode "tf").</summary>
    /// <param name="size">Width and height of the input, in pixels.</param>
    public static ImagePreprocessing TensorFlow(int size = 224) => new()
    {
        Width = size,
        Height = size,
        ResizeTo = ShortSideFor(size),
        Mean = new Vector3(127.5f),
        StandardDeviation = new Vector3(127.5f),
    };

    /// <summary>
    /// BGR minus (103.939, 116.779, 123.68), not scaled, short side 8/7 of the size, centre crop (source: Keras' <c>preprocess_input</c>,
    /// mode "caffe").
    /// </summary>
    /// <param name="size">Width and height of the input, in pixels.</param>
    public static ImagePreprocessing Caffe(int size = 224) => new()
    {
        Width = size,
        Height = size,
        ResizeTo = ShortSideFor(size),
        ChannelOrder = ChannelOrder.Bgr,
        Mean = new Vector3(103.939f, 116.779f, 123.68f),
    };

    /// <summary>Reads the JSON of <see cref="ToJson"/>, which model files contain as <c>transferlearning.preprocessing</c>.</summary>
    /// <exception cref="FormatException">
    /// The text is not such JSON, or a value is out of range; the message lists every violation.
    /// </exception>
    public static ImagePreprocessing Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        PreprocessingJson? parsed;
        try
        {
            parsed = JsonSerializer.Deserialize(json, PreprocessingJsonContext.Default.PreprocessingJson);
        }
        catch (JsonException error)
        {
            throw new FormatException($"The preprocessing is not valid JSON: {error.Message}", error);
        }

        return (parsed ?? throw new FormatException("The preprocessing JSON is null.")).ToPreprocessing();
    }

    /// <summary>Writes the JSON that model files contain as <c>transferlearning.preprocessing</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(PreprocessingJson.From(this), PreprocessingJsonContext.Default.PreprocessingJson);

    /// <summary>The same preprocessing with another way to bring images of other shapes to the input size.</summary>
    /// <param name="mode">
    /// The way: the centre crop loses the ends of long images, squashing distorts them, padding keeps shape and all content at fewer
    /// pixels.
    /// </param>
    public ImagePreprocessing WithResize(ImageResizeMode mode) => this with { Resize = mode };

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(Width is >= 1 and <= LargestSide, Width, $"1 to {LargestSide}");
        errors.Require(Height is >= 1 and <= LargestSide, Height, $"1 to {LargestSide}");
        int shortest = Math.Max(Width, Height);
        errors.Require(ResizeTo is null || (ResizeTo >= shortest && ResizeTo <= LargestSide), ResizeTo, $"{shortest} to {LargestSide}");
        errors.RequireDefined(Resize);
        errors.RequireDefined(Interpolation);
        errors.RequireDefined(ChannelOrder);
        errors.RequireDefined(Layout);
        for (int channel = 0; channel < 3; channel++)
        {
            float mean = Mean[channel], deviation = StandardDeviation[channel];
            errors.Require(float.IsFinite(mean), mean, "finite", $"{nameof(Mean)}[{channel}]");
            errors.Require(
                float.IsFinite(deviation) && deviation != 0, deviation, "finite and not zero", $"{nameof(StandardDeviation)}[{channel}]");
        }
    }

    private static int ShortSideFor(int size) => (int)Math.Round(size * 8.0 / 7.0, MidpointRounding.AwayFromZero);
}
