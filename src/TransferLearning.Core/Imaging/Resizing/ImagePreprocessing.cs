using System.Text.Json;

namespace TransferLearning;

/// <summary>How an image of any size is brought to the size that a network expects.</summary>
public enum ImageResizeMode
{
    /// <summary>The shorter side becomes <see cref="ImagePreprocessing.ResizeTo"/>, then the centre is cropped.</summary>
    ShortestSide,

    /// <summary>Width and height are scaled independently; the aspect ratio is lost.</summary>
    Squash,

    /// <summary>The whole image is fitted inside, and the rest is filled with the mean colour (zero after normalisation).</summary>
    Pad,
}

/// <summary>The filter with which an image is resized; both are antialiased, as Pillow does it.</summary>
public enum ImageInterpolation
{
    /// <summary>Triangle filter.</summary>
    Bilinear,

    /// <summary>Cubic convolution filter with a = −0.5.</summary>
    Bicubic,
}

/// <summary>The order of the colour channels that a network expects.</summary>
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
/// Everything that turns an image into the input tensor of one network: size, crop, filter, channel order, layout and normalisation.
/// It travels with every backbone and every saved model, so that no network meets the wrong preprocessing.
/// </summary>
/// <remarks>
/// Pixel values are 0–255; the network sees <c>(x − Mean) / StandardDeviation</c> per channel, in <see cref="ChannelOrder"/>.
/// Immutable and safe for use from many threads.
/// </remarks>
public sealed record ImagePreprocessing : ICheckedOptions
{
    private const int LargestSide = 8192;

    /// <summary>The width of the input tensor, in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>The height of the input tensor, in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>How the image is brought to size. <value>The default is <see cref="ImageResizeMode.ShortestSide"/>.</value></summary>
    public ImageResizeMode Resize { get; init; } = ImageResizeMode.ShortestSide;

    /// <summary>
    /// For <see cref="ImageResizeMode.ShortestSide"/>: what the shorter side becomes before the centre is cropped, in pixels; at least
    /// the larger of width and height. Null: the larger of width and height, so that nothing more is cropped than the longer side.
    /// </summary>
    public int? ResizeTo { get; init; }

    /// <summary>The filter. <value>The default is <see cref="ImageInterpolation.Bilinear"/>.</value></summary>
    public ImageInterpolation Interpolation { get; init; } = ImageInterpolation.Bilinear;

    /// <summary>The channel order. <value>The default is <see cref="ChannelOrder.Rgb"/>.</value></summary>
    public ChannelOrder ChannelOrder { get; init; } = ChannelOrder.Rgb;

    /// <summary>The axis order. <value>The default is <see cref="TensorLayout.Nchw"/>.</value></summary>
    public TensorLayout Layout { get; init; } = TensorLayout.Nchw;

    /// <summary>What is subtracted from each channel, on the scale 0–255, in <see cref="ChannelOrder"/>.</summary>
    public PerChannel Mean { get; init; }

    /// <summary>What each channel is divided by, on the scale 0–255, in <see cref="ChannelOrder"/>; never zero.</summary>
    public PerChannel StandardDeviation { get; init; } = PerChannel.All(1);

    /// <summary>The number of floats of one image: 3 · width · height.</summary>
    public int TensorLength => 3 * Width * Height;

    /// <summary>
    /// The usual preprocessing of PyTorch's ImageNet networks: RGB, short side 8/7 of the size, centre crop, mean (0.485, 0.456, 0.406)
    /// and standard deviation (0.229, 0.224, 0.225) on the scale 0–1 (source: torchvision's ImageNet presets).
    /// </summary>
    /// <param name="size">Width and height of the input, in pixels.</param>
    public static ImagePreprocessing ImageNet(int size = 224) => new()
    {
        Width = size,
        Height = size,
        ResizeTo = ShortSideFor(size),
        Mean = new PerChannel(123.675f, 116.28f, 103.53f),
        StandardDeviation = new PerChannel(58.395f, 57.12f, 57.375f),
    };

    /// <summary>RGB scaled to −1…1, short side 8/7 of the size, centre crop (source: Keras' <c>preprocess_input</c>, mode "tf").</summary>
    /// <param name="size">Width and height of the input, in pixels.</param>
    public static ImagePreprocessing TensorFlow(int size = 224) => new()
    {
        Width = size,
        Height = size,
        ResizeTo = ShortSideFor(size),
        Mean = PerChannel.All(127.5f),
        StandardDeviation = PerChannel.All(127.5f),
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
        Mean = new PerChannel(103.939f, 116.779f, 123.68f),
    };

    /// <summary>Reads the JSON form that <see cref="ToJson"/> writes and that model files carry as <c>transferlearning.preprocessing</c>.</summary>
    /// <exception cref="FormatException">The text is not such JSON, or a value is out of range; the message lists every violation.</exception>
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

    /// <summary>Writes the JSON form that model files carry as <c>transferlearning.preprocessing</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(PreprocessingJson.From(this), PreprocessingJsonContext.Default.PreprocessingJson);

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
            errors.Require(float.IsFinite(deviation) && deviation != 0, deviation, "finite and not zero", $"{nameof(StandardDeviation)}[{channel}]");
        }
    }

    private static int ShortSideFor(int size) => (int)Math.Round(size * 8.0 / 7.0, MidpointRounding.AwayFromZero);
}
