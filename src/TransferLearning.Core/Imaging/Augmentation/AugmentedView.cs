using System.Globalization;

namespace TransferLearning;

/// <summary>One random view of one image.</summary>
/// <remarks>Immutable and safe for use from many threads: every call draws the same numbers.</remarks>
/// <param name="augmentation">What may change.</param>
/// <param name="seed">The seed of the training.</param>
/// <param name="image">The position of the image in its set.</param>
/// <param name="view">The number of the view.</param>
internal sealed class AugmentedView(ImageAugmentation augmentation, int seed, int image, int view)
{
    /// <summary>The tallest and widest crop is 4 : 3 of the image's own shape, as torchvision draws it.</summary>
    private const double WidestAspect = 4.0 / 3;

    /// <summary>What is drawn, for the key of a feature cache.</summary>
    public string Key =>
        string.Create(CultureInfo.InvariantCulture, $"{augmentation.Describe()} seed {seed} image {image} view {view}");

    /// <summary>Draws the numbers of this view. The order of drawing never depends on the options, so that one option changes one thing.</summary>
    public Draw DrawNumbers()
    {
        var random = new SeededRandom(seed, RandomPurpose.Augmentation, ((long)image << 16) + view);
        double scale = Between(ref random, augmentation.CropScale, 1);
        double aspect = Math.Exp(Between(ref random, -1, 1) * Math.Log(WidestAspect) * (augmentation.CropScale < 1 ? 1 : 0));
        double width = Math.Min(1, Math.Sqrt(scale * aspect));
        double height = Math.Min(1, Math.Sqrt(scale / aspect));
        double left = (1 - width) * random.NextDouble();
        double top = (1 - height) * random.NextDouble();
        bool mirrored = random.NextDouble() < 0.5 && augmentation.HorizontalFlip;
        bool flipped = random.NextDouble() < 0.5 && augmentation.VerticalFlip;
        double angle = Between(ref random, -1, 1) * augmentation.Rotation * Math.PI / 180;
        double brightness = Between(ref random, -1, 1) * (augmentation.Brightness ?? augmentation.ColorJitter);
        double contrast = Between(ref random, -1, 1) * augmentation.ColorJitter;
        double saturation = Between(ref random, -1, 1) * augmentation.ColorJitter;
        bool erased = random.NextDouble() < augmentation.Erasing;
        double area = Between(ref random, 0.02, 0.2);
        double shape = Math.Exp(Between(ref random, -1, 1) * Math.Log(3));
        var hole = new PixelRegion(random.NextDouble(), random.NextDouble(), Math.Min(1, Math.Sqrt(area * shape)), Math.Min(1, Math.Sqrt(area / shape)));
        double right = Between(ref random, -1, 1) * augmentation.WidthShift;
        double down = Between(ref random, -1, 1) * augmentation.HeightShift;
        double shear = Math.Tan(Between(ref random, -1, 1) * augmentation.Shear * Math.PI / 180);
        double zoom = 1 + (Between(ref random, -1, 1) * augmentation.Zoom);
        double hue = Between(ref random, -1, 1) * augmentation.Hue * Math.PI / 180;
        var shift = (Shift(), Shift(), Shift());
        return new Draw
        {
            Crop = new PixelRegion(left, top, left + width, top + height),
            Still = AffineMap.Zoom(zoom).After(AffineMap.Shear(shear, 0)).After(AffineMap.Rotation(angle)).After(AffineMap.Mirror(mirrored, flipped)),
            Right = right,
            Down = down,
            Fill = augmentation.Fill,
            Colour = new ColourChange((float)(1 + brightness), (float)(1 + contrast), (float)(1 + saturation), (float)hue, shift),
            Policy = augmentation.Policy?.Draw(ref random) ?? [],
            Hole = erased ? hole : null,
        };

        float Shift() => (float)(Between(ref random, -1, 1) * augmentation.ChannelShift);
    }

    private static double Between(ref SeededRandom random, double low, double high) => low + ((high - low) * random.NextDouble());

    /// <summary>The numbers of one view.</summary>
    internal readonly record struct Draw
    {
        /// <summary>The part of the image that is taken, as shares of its sides.</summary>
        public required PixelRegion Crop { get; init; }

        /// <summary>What happens to the form, but for the move.</summary>
        public required AffineMap Still { get; init; }

        /// <summary>How far the image moves to the right, as a share of the width.</summary>
        public required double Right { get; init; }

        /// <summary>How far the image moves down, as a share of the height.</summary>
        public required double Down { get; init; }

        /// <summary>What is seen where the image moves away.</summary>
        public required AugmentationFill Fill { get; init; }

        /// <summary>What happens to the colours.</summary>
        public required ColourChange Colour { get; init; }

        /// <summary>What the policy does, in order.</summary>
        public required PolicyStep[] Policy { get; init; }

        /// <summary>Left, top, width and height of the part that is erased, as shares; left and top of what is left free. Null for none.</summary>
        public required PixelRegion? Hole { get; init; }

        /// <summary>What happens to the form of an image of a size in pixels.</summary>
        public AffineMap Form(int width, int height) => AffineMap.Shift(Right * width, Down * height).After(Still);
    }
}
