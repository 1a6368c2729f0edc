using System.Globalization;

namespace TransferLearning;

/// <summary>One random view of one image.</summary>
/// <remarks>Immutable and safe for use from many threads: every call draws the same numbers.</remarks>
/// <param name="augmentation">The augmentation.</param>
/// <param name="seed">The seed of the training.</param>
/// <param name="image">The index of the image in its set.</param>
/// <param name="view">The number of the view.</param>
internal sealed class AugmentedView(ImageAugmentation augmentation, int seed, int image, int view)
{
    /// <summary>The aspect ratio of a crop is 3 : 4 to 4 : 3 of that of the image, as in torchvision.</summary>
    private const double WidestAspect = 4.0 / 3;

    /// <summary>Identifies the view, for the key of a feature cache.</summary>
    public string Key =>
        string.Create(CultureInfo.InvariantCulture, $"{augmentation.Describe()} seed {seed} image {image} view {view}");

    /// <summary>
    /// Draws the random numbers of this view. The order of drawing never depends on the options, so that an option affects only its own
    /// number.
    /// </summary>
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
        double holeWidth = Math.Min(1, Math.Sqrt(area * shape)), holeHeight = Math.Min(1, Math.Sqrt(area / shape));
        var hole = new PixelRegion(random.NextDouble(), random.NextDouble(), holeWidth, holeHeight);
        double right = Between(ref random, -1, 1) * augmentation.WidthShift;
        double down = Between(ref random, -1, 1) * augmentation.HeightShift;
        double shear = Math.Tan(Between(ref random, -1, 1) * augmentation.Shear * Math.PI / 180);
        double zoom = 1 + (Between(ref random, -1, 1) * augmentation.Zoom);
        double hue = Between(ref random, -1, 1) * augmentation.Hue * Math.PI / 180;
        var shift = (Shift(), Shift(), Shift());
        return new Draw
        {
            Crop = new PixelRegion(left, top, left + width, top + height),
            Unshifted = AffineMap.Zoom(zoom).After(AffineMap.Shear(shear, 0)).After(AffineMap.Rotation(angle))
                .After(AffineMap.Mirror(mirrored, flipped)),
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

    /// <summary>The random numbers of one view.</summary>
    internal readonly record struct Draw
    {
        /// <summary>The crop, as fractions of the sides.</summary>
        public required PixelRegion Crop { get; init; }

        /// <summary>The affine map without the shift.</summary>
        public required AffineMap Unshifted { get; init; }

        /// <summary>The shift to the right, as a fraction of the width.</summary>
        public required double Right { get; init; }

        /// <summary>The shift down, as a fraction of the height.</summary>
        public required double Down { get; init; }

        /// <summary>How pixels outside of the image are filled.</summary>
        public required AugmentationFill Fill { get; init; }

        /// <summary>The colour change.</summary>
        public required ColourChange Colour { get; init; }

        /// <summary>The operations of the policy, in order.</summary>
        public required PolicyStep[] Policy { get; init; }

        /// <summary>
        /// Left, top, width and height of the erased rectangle, as fractions; left and top of the remaining space. Null for none.
        /// </summary>
        public required PixelRegion? Hole { get; init; }

        /// <summary>The affine map for an image of a size in pixels.</summary>
        public AffineMap Map(int width, int height) => AffineMap.Shift(Right * width, Down * height).After(Unshifted);
    }
}
