namespace TransferLearning;

/// <summary>
/// From a place of a changed image back to the place of the image that it shows, both counted in pixels from the centre: a change of
/// form is computed from where each pixel comes from, not from where it goes.
/// </summary>
/// <param name="XX">What a pixel to the right adds to x.</param>
/// <param name="XY">What a pixel down adds to x.</param>
/// <param name="X">The x of the centre.</param>
/// <param name="YX">What a pixel to the right adds to y.</param>
/// <param name="YY">What a pixel down adds to y.</param>
/// <param name="Y">The y of the centre.</param>
internal readonly record struct AffineMap(double XX, double XY, double X, double YX, double YY, double Y)
{
    /// <summary>Changes nothing.</summary>
    public static AffineMap Identity => new(1, 0, 0, 0, 1, 0);

    /// <summary>Left and right change places, or top and bottom, or both.</summary>
    public static AffineMap Mirror(bool horizontally, bool vertically) => new(horizontally ? -1 : 1, 0, 0, 0, vertically ? -1 : 1, 0);

    /// <summary>The image is turned clockwise.</summary>
    /// <param name="angle">In radians.</param>
    public static AffineMap Rotation(double angle)
    {
        var (sine, cosine) = Math.SinCos(angle);
        return new(cosine, sine, 0, -sine, cosine, 0);
    }

    /// <summary>Rows are pushed to the side in proportion to their height over the centre, and columns up or down; one of the two is 0.</summary>
    public static AffineMap Shear(double rows, double columns) => new(1, -rows, 0, -columns, 1, 0);

    /// <summary>The image becomes larger by a factor.</summary>
    public static AffineMap Zoom(double factor) => new(1 / factor, 0, 0, 0, 1 / factor, 0);

    /// <summary>The image is moved to the right and down, by so many pixels.</summary>
    public static AffineMap Shift(double right, double down) => new(1, 0, -right, 0, 1, -down);

    /// <summary>This change after the other one.</summary>
    public AffineMap After(in AffineMap first) => new(
        (first.XX * XX) + (first.XY * YX),
        (first.XX * XY) + (first.XY * YY),
        (first.XX * X) + (first.XY * Y) + first.X,
        (first.YX * XX) + (first.YY * YX),
        (first.YX * XY) + (first.YY * YY),
        (first.YX * X) + (first.YY * Y) + first.Y);
}
