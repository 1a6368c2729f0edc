using System.CommandLine;
using System.CommandLine.Parsing;

namespace TransferLearning.Cli;

/// <summary>The options of random views of images, the same in every command that has them.</summary>
internal sealed class AugmentationOptions
{
    private static readonly ImageAugmentation Default = new();

    private readonly Option<bool> _flip = new("--flip")
    {
        Description = "Flip half of the views horizontally. Not for text, hands or arrows.",
    };

    private readonly Option<bool> _upsideDown = new("--flip-vertical")
    {
        Description = "Flip half of the views vertically. For images without a fixed orientation.",
    };

    private readonly Option<double?> _crop = NumberOption.OptionalShare(
        "--crop", "The minimum fraction of the area that a random crop keeps; 1 for no crop.");

    private readonly Option<double?> _rotate = NumberOption.OptionalUpTo(
        "--rotate", "The maximum rotation in degrees, in both directions.", 180);

    private readonly Option<double?> _shift = NumberOption.OptionalShare(
        "--shift", "The maximum horizontal and vertical shift, as a fraction of the size.");

    private readonly Option<double?> _shear = NumberOption.OptionalUpTo("--shear", "The maximum shear angle in degrees.", 60);
    private readonly Option<double?> _zoom = NumberOption.OptionalShare(
        "--zoom", "The maximum zoom, in and out, as a fraction of the size.");

    private readonly Option<double?> _color = NumberOption.OptionalShare(
        "--color", "The maximum change of brightness, contrast and saturation, as a fraction.");

    private readonly Option<double?> _hue = NumberOption.OptionalUpTo(
        "--hue", "The maximum change of hue in degrees. Not for classes that differ in colour.", 180);

    private readonly Option<double?> _erase = NumberOption.OptionalShare(
        "--erase", "The fraction of views in which a rectangle is erased.");

    private readonly Option<int?> _randAugment = NumberOption.OptionalWhole(
        "--rand-augment",
        "Two random operations of this magnitude for each view, instead of rotation and colour changes; 9 is usual.",
        least: 0,
        most: RandAugment.MostMagnitude);

    private Option[] All => [_flip, _upsideDown, _crop, _rotate, _shift, _shear, _zoom, _color, _hue, _erase, _randAugment];

    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Add(option);
    }

    /// <summary>The first of these options on the command line; null if there is none.</summary>
    public Option? Given(CommandResult result) => All.FirstOrDefault(result.IsGiven);

    /// <summary>The given options, with the defaults of the library for the others.</summary>
    public ImageAugmentation Read(ParseResult parsed)
    {
        var policy = parsed.GetValue(_randAugment) is { } magnitude ? new RandAugment { Magnitude = magnitude } : null;
        var start = policy is null ? Default : Default with { Rotation = 0, ColorJitter = 0, Policy = policy };
        double shift = parsed.GetValue(_shift) ?? 0;
        return start with
        {
            HorizontalFlip = parsed.GetValue(_flip),
            VerticalFlip = parsed.GetValue(_upsideDown),
            CropScale = parsed.GetValue(_crop) ?? start.CropScale,
            Rotation = parsed.GetValue(_rotate) ?? start.Rotation,
            WidthShift = shift,
            HeightShift = shift,
            Shear = parsed.GetValue(_shear) ?? 0,
            Zoom = parsed.GetValue(_zoom) ?? 0,
            ColorJitter = parsed.GetValue(_color) ?? start.ColorJitter,
            Hue = parsed.GetValue(_hue) ?? 0,
            Erasing = parsed.GetValue(_erase) ?? 0,
        };
    }
}
