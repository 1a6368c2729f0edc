namespace TransferLearning.Tests.Imaging;

/// <summary>Warps and colour changes, on images small enough to know the result.</summary>
public sealed class LevelPlanesTests
{
    private static readonly (float, float, float) Background = (7, 8, 9);

    [Theory]
    [InlineData(AugmentationFill.Edge, new float[] { 0, 0, 0, 1 }, new float[] { 2, 3, 3, 3 })]
    [InlineData(AugmentationFill.Reflect, new float[] { 1, 0, 0, 1 }, new float[] { 2, 3, 3, 2 })]
    [InlineData(AugmentationFill.Wrap, new float[] { 2, 3, 0, 1 }, new float[] { 2, 3, 0, 1 })]
    [InlineData(AugmentationFill.Mean, new float[] { 7, 7, 0, 1 }, new float[] { 2, 3, 7, 7 })]
    public void Pixels_outside_of_a_shifted_image_are_filled(AugmentationFill fill, float[] right, float[] left)
    {
        Assert.Equal(right, Warped([0, 1, 2, 3], 4, AffineMap.Shift(2, 0), fill));
        Assert.Equal(left, Warped([0, 1, 2, 3], 4, AffineMap.Shift(-2, 0), fill));
        Assert.Equal(right, Warped([0, 1, 2, 3], 1, AffineMap.Shift(0, 2), fill));
    }

    [Fact]
    public void Half_a_pixel_is_the_mean_of_its_neighbours() =>
        Assert.Equal([0, 0.5f, 1.5f, 2.5f], Warped([0, 1, 2, 3], 4, AffineMap.Shift(0.5, 0), AugmentationFill.Edge));

    [Fact]
    public void Affine_maps_do_what_their_names_say()
    {
        float[] square = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        Assert.Equal([3, 2, 1, 6, 5, 4, 9, 8, 7], Warped(square, 3, AffineMap.Mirror(true, false)));
        Assert.Equal([7, 8, 9, 4, 5, 6, 1, 2, 3], Warped(square, 3, AffineMap.Mirror(false, true)));
        Assert.Equal([7, 4, 1, 8, 5, 2, 9, 6, 3], Warped(square, 3, AffineMap.Rotation(Math.PI / 2)));
        Assert.Equal([1, 1, 2, 4, 5, 6, 8, 9, 9], Warped(square, 3, AffineMap.Shear(-1, 0)));
        Assert.Equal(
            [0, 0, 0, 0, 5, 0, 0, 0, 0],
            Warped(square, 3, AffineMap.Zoom(0.5), AugmentationFill.Mean).Select(level => level == 7 ? 0 : level));
    }

    [Fact]
    public void Maps_are_composed_in_order()
    {
        // First a quarter turn, then one pixel to the right: not the same as the other way round.
        float[] square = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        Assert.Equal([7, 7, 4, 8, 8, 5, 9, 9, 6], Warped(square, 3, AffineMap.Shift(1, 0).After(AffineMap.Rotation(Math.PI / 2))));
        Assert.Equal([7, 4, 1, 7, 4, 1, 8, 5, 2], Warped(square, 3, AffineMap.Rotation(Math.PI / 2).After(AffineMap.Shift(1, 0))));
    }

    [Fact]
    public void Colour_changes_do_what_their_names_say()
    {
        var red = (200f, 0f, 0f);
        Assert.Equal((0, 200, 0), Coloured(red, ColourChange.None with { Hue = (float)(2 * Math.PI / 3) }));
        Assert.Equal((100, 0, 0), Coloured(red, ColourChange.None with { Brightness = 0.5f }));
        Assert.Equal((60, 60, 60), Coloured(red, ColourChange.None with { Saturation = 0 }));
        Assert.Equal((210, 0, 255), Coloured(red, ColourChange.None with { Shift = (10, -20, 300) }));
        Assert.Equal((130, 30, 30), Coloured(red, ColourChange.None with { Contrast = 0.5f }));
    }

    /// <summary>An image whose red, green and blue are the same levels, changed and with the levels of red.</summary>
    private static float[] Warped(float[] levels, int width, AffineMap map, AugmentationFill fill = AugmentationFill.Edge)
    {
        var target = new ImagePreprocessing { Width = width, Height = levels.Length / width };
        using var image = new LevelPlanes([.. levels, .. levels, .. levels], target);
        image.Warp(map, fill, Background);
        if (fill != AugmentationFill.Mean)
            Assert.Equal(image.Plane(0).ToArray(), image.Plane(2).ToArray());
        return [.. image.Plane(0).ToArray().Select(level => MathF.Round(level, 4))];
    }

    private static (int Red, int Green, int Blue) Coloured((float Red, float Green, float Blue) colour, ColourChange change)
    {
        using var image = new LevelPlanes([colour.Red, colour.Green, colour.Blue], new ImagePreprocessing { Width = 1, Height = 1 });
        change.Apply(image);
        return ((int)MathF.Round(image.Plane(0)[0]), (int)MathF.Round(image.Plane(1)[0]), (int)MathF.Round(image.Plane(2)[0]));
    }
}
