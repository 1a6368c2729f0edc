namespace TransferLearning;

/// <summary>
/// An affine map from a position in the view to the position in the image, both in pixels from the centre: warping computes where each
/// pixel comes from, not where it goes.
/// </summary>
/// <param name="XX">The change of x for a step of one pixel to the right.</param>
/// <param name="XY">The change of x for a step of one pixel down.</param>
/// <param name="X">The x of the centre.</param>
/// <param name="YX">The change of y for a step of one pixel to the right.</param>
/// <param name="YY">The change of y for a step of one pixel down.</param>
/// <param name="Y">The y of the centre.</param>
internal readonly record struct AffineMap(double XX, double XY, double X, double YX, double YY, double Y)
{
    /// <summary>The identity.</summary>
    public static AffineMap Identity => new(1, 0, 0, 0, 1, 0);

    /// <summary>Mirrors left and right, top and bottom, or both.</summary>
    public static AffineMap Mirror(bool horizontally, bool vertically) => new(horizontally ? -1 : 1, 0, 0, 0, vertically ? -1 : 1, 0);

    /// <summary>Rotates the image clockwise.</summary>
    /// <param name="angle">In radians.</param>
    public static AffineMap Rotation(double angle)
    {
        var (sine, cosine) = Math.SinCos(angle);
        return new(cosine, sine, 0, -sine, cosine, 0);
    }

    /// <summary>Shifts rows in proportion to their distance from the centre row, or columns likewise; one of the two must be 0.</summary>
    public static AffineMap Shear(double rows, double columns) => new(1, -rows, 0, -columns, 1, 0);

    /// <summary>Enlarges the image by a factor.</summary>
    public static AffineMap Zoom(double factor) => new(1 / factor, 0, 0, 0, 1 / factor, 0);

    /// <summary>Shifts the image to the right and down, in pixels.</summary>
    public static AffineMap Shift(double right, double down) => new(1, 0, -right, 0, 1, -down);

    /// <summary>This map after another one.</summary>
    public AffineMap After(in AffineMap first) => new(
        (first.XX * XX) + (first.XY * YX),
        (first.XX * XY) + (first.XY * YY),
        (first.XX * X) + (first.XY * Y) + first.X,
        (first.YX * XX) + (first.YY * YX),
        (first.YX * XY) + (first.YY * YY),
        (first.YX * X) + (first.YY * Y) + first.Y);
}
