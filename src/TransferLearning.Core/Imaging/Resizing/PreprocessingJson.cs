using System.Numerics;
using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>The JSON format of <see cref="ImagePreprocessing"/> in <c>metadata_props</c>; its keys never change.</summary>
internal sealed record PreprocessingJson
{
    public int Width { get; init; }

    public int Height { get; init; }

    public string? Resize { get; init; }

    public int? ResizeTo { get; init; }

    public string? Interpolation { get; init; }

    public string? ChannelOrder { get; init; }

    public string? Layout { get; init; }

    public float[]? Mean { get; init; }

    public float[]? Std { get; init; }

    public static PreprocessingJson From(ImagePreprocessing value) => new()
    {
        Width = value.Width,
        Height = value.Height,
        Resize = value.Resize switch
        {
            ImageResizeMode.Squash => "squash",
            ImageResizeMode.Pad => "pad",
            _ => "shortest-side",
        },
        ResizeTo = value.ResizeTo,
        Interpolation = value.Interpolation == ImageInterpolation.Bicubic ? "bicubic" : "bilinear",
        ChannelOrder = value.ChannelOrder == TransferLearning.ChannelOrder.Bgr ? "BGR" : "RGB",
        Layout = value.Layout == TensorLayout.Nhwc ? "NHWC" : "NCHW",
        Mean = [value.Mean.X, value.Mean.Y, value.Mean.Z],
        Std = [value.StandardDeviation.X, value.StandardDeviation.Y, value.StandardDeviation.Z],
    };

    public ImagePreprocessing ToPreprocessing()
    {
        var errors = new List<string>();
        var value = new ImagePreprocessing
        {
            Width = Width,
            Height = Height,
            Resize = Choose(
                Resize,
                "resize",
                errors,
                ("shortest-side", ImageResizeMode.ShortestSide),
                ("squash", ImageResizeMode.Squash),
                ("pad", ImageResizeMode.Pad)),
            ResizeTo = ResizeTo,
            Interpolation = Choose(
                Interpolation,
                "interpolation",
                errors,
                ("bilinear", ImageInterpolation.Bilinear),
                ("bicubic", ImageInterpolation.Bicubic)),
            ChannelOrder = Choose(
                ChannelOrder,
                "channelOrder",
                errors,
                ("RGB", TransferLearning.ChannelOrder.Rgb),
                ("BGR", TransferLearning.ChannelOrder.Bgr)),
            Layout = Choose(Layout, "layout", errors, ("NCHW", TensorLayout.Nchw), ("NHWC", TensorLayout.Nhwc)),
            Mean = Channels(Mean, "mean", Vector3.Zero, errors),
            StandardDeviation = Channels(Std, "std", Vector3.One, errors),
        };
        errors.AddRange(OptionErrors.Of(value));
        return errors.Count == 0
            ? value
            : throw new FormatException($"The preprocessing is not valid: {string.Join("; ", errors)}.");
    }

    /// <summary>A missing value means the first choice, the default of the format.</summary>
    private static T Choose<T>(string? text, string key, List<string> errors, params ReadOnlySpan<(string Text, T Value)> choices)
    {
        if (text is null)
            return choices[0].Value;
        foreach (var (name, value) in choices)
        {
            if (string.Equals(name, text, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        var names = new List<string>();
        foreach (var (name, _) in choices)
            names.Add(name);
        errors.Add($"{key} is '{text}'; it must be {string.Join(" or ", names)}");
        return choices[0].Value;
    }

    private static Vector3 Channels(float[]? values, string key, Vector3 absent, List<string> errors)
    {
        if (values is null)
            return absent;
        if (values.Length == 3)
            return new Vector3(values[0], values[1], values[2]);
        errors.Add($"{key} has {values.Length} numbers; it must have 3");
        return absent;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PreprocessingJson))]
internal sealed partial class PreprocessingJsonContext : JsonSerializerContext;
