using System.CommandLine;
using System.CommandLine.Parsing;

namespace TransferLearning.Cli;

/// <summary>What may change in the random forms of images, the same in every command that has them.</summary>
internal sealed class AugmentationOptions
{
    private static readonly ImageAugmentation Default = new();

    private readonly Option<bool> _flip = new("--flip") { Description = "Half of the random forms are mirrored left to right. Not for writing, hands or arrows." };
    private readonly Option<bool> _upsideDown = new("--flip-vertical") { Description = "Half of the random forms are upside down. For images without an up." };
    private readonly Option<double?> _crop = NumberOption.OptionalShare("--crop", "The smallest share of the area that a random crop keeps; 1 crops nothing.");
    private readonly Option<double?> _rotate = NumberOption.OptionalUpTo("--rotate", "The largest angle, in degrees to either side.", 180);
    private readonly Option<double?> _shift = NumberOption.OptionalShare("--shift", "The largest move to either side, and up or down, as a share of the size.");
    private readonly Option<double?> _shear = NumberOption.OptionalUpTo("--shear", "The largest angle by which upright lines lean, in degrees.", 60);
    private readonly Option<double?> _zoom = NumberOption.OptionalShare("--zoom", "How much larger or smaller at most, as a share.");
    private readonly Option<double?> _color = NumberOption.OptionalShare("--color", "The largest change of brightness, contrast and saturation, as a share.");
    private readonly Option<double?> _hue = NumberOption.OptionalUpTo("--hue", "The largest turn of the colours, in degrees. Not for classes that differ in colour.", 180);
    private readonly Option<double?> _erase = NumberOption.OptionalShare("--erase", "The share of the random forms of which a rectangle is erased.");
    private readonly Option<int?> _randAugment = NumberOption.OptionalWhole(
        "--rand-augment", "Two operations of this magnitude for each form, instead of rotation and colours; 9 is usual.", least: 0, most: RandAugment.MostMagnitude);

    private Option[] All => [_flip, _upsideDown, _crop, _rotate, _shift, _shear, _zoom, _color, _hue, _erase, _randAugment];

    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Add(option);
    }

    /// <summary>The first of these options that was given; null where none was.</summary>
    public Option? Given(CommandResult result) => All.FirstOrDefault(option => result.GetResult(option) is { Implicit: false });

    /// <summary>What was asked for, with the defaults of the library for the rest.</summary>
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
