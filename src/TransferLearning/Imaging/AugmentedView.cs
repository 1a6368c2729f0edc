using System.Globalization;

namespace TransferLearning.Imaging;

/// <summary>One random form of one picture.</summary>
/// <remarks>Immutable and safe for use from many threads: every call draws the same numbers anew.</remarks>
/// <param name="augmentation">What may change.</param>
/// <param name="seed">The seed of the training.</param>
/// <param name="picture">The position of the picture in its set.</param>
/// <param name="view">The number of the view.</param>
internal sealed class AugmentedView(ImageAugmentation augmentation, int seed, int picture, int view)
{
    /// <summary>The tallest and widest crop is 4 : 3 of the picture's own shape, as torchvision draws it.</summary>
    private const double WidestAspect = 4.0 / 3;

    /// <summary>What is drawn, for the key of a feature cache.</summary>
    public string Key =>
        string.Create(CultureInfo.InvariantCulture, $"{augmentation.Describe()} seed {seed} picture {picture} view {view}");

    /// <summary>Draws the numbers of this view. The order of drawing never depends on the options, so that one option changes one thing.</summary>
    public Draw DrawNumbers()
    {
        // Mixed so that neighbouring pictures and views have unlike streams.
        var random = new Random(unchecked((((seed * 486_187_739) + picture) * 16_777_619) + view) & int.MaxValue);
        double scale = Between(random, augmentation.CropScale, 1);
        double aspect = Math.Exp(Between(random, -1, 1) * Math.Log(WidestAspect) * (augmentation.CropScale < 1 ? 1 : 0));
        double width = Math.Min(1, Math.Sqrt(scale * aspect));
        double height = Math.Min(1, Math.Sqrt(scale / aspect));
        double left = (1 - width) * random.NextDouble();
        double top = (1 - height) * random.NextDouble();
        bool mirrored = random.NextDouble() < 0.5 && augmentation.HorizontalFlip;
        bool flipped = random.NextDouble() < 0.5 && augmentation.VerticalFlip;
        double angle = Between(random, -1, 1) * augmentation.Rotation * Math.PI / 180;
        float brightness = (float)(1 + (Between(random, -1, 1) * augmentation.ColorJitter));
        float contrast = (float)(1 + (Between(random, -1, 1) * augmentation.ColorJitter));
        float saturation = (float)(1 + (Between(random, -1, 1) * augmentation.ColorJitter));
        bool erased = random.NextDouble() < augmentation.Erasing;
        double area = Between(random, 0.02, 0.2);
        double shape = Math.Exp(Between(random, -1, 1) * Math.Log(3));
        var hole = new PixelRegion(random.NextDouble(), random.NextDouble(), Math.Min(1, Math.Sqrt(area * shape)), Math.Min(1, Math.Sqrt(area / shape)));
        return new Draw(new PixelRegion(left, top, left + width, top + height), mirrored, flipped, angle, brightness, contrast, saturation, erased ? hole : null);
    }

    private static double Between(Random random, double low, double high) => low + ((high - low) * random.NextDouble());

    /// <summary>The numbers of one view.</summary>
    /// <param name="Crop">The part of the picture that is taken, as shares of its sides.</param>
    /// <param name="Mirrored">Whether left and right change places.</param>
    /// <param name="Flipped">Whether top and bottom change places.</param>
    /// <param name="Angle">The rotation in radians.</param>
    /// <param name="Brightness">The factor of all colours.</param>
    /// <param name="Contrast">The factor of the distance from the mean grey.</param>
    /// <param name="Saturation">The factor of the distance from a pixel's own grey.</param>
    /// <param name="Hole">Left, top, width and height of the part that is erased, as shares; left and top of what is left free. Null for none.</param>
    internal readonly record struct Draw(
        PixelRegion Crop, bool Mirrored, bool Flipped, double Angle, float Brightness, float Contrast, float Saturation, PixelRegion? Hole);
}
