namespace TransferLearning;

/// <summary>Where the pixels of one component lie in the buffer of all.</summary>
/// <param name="Component">The component.</param>
/// <param name="Columns">The columns to which a block is transformed: 1, 2, 4 or 8.</param>
/// <param name="Rows">The rows to which a block is transformed.</param>
/// <param name="Start">Where the first pixel is.</param>
/// <param name="Stride">From one row to the next.</param>
/// <param name="Inverse">The transform.</param>
internal sealed record JpegPlane(JpegComponent Component, int Columns, int Rows, int Start, int Stride, ScaledInverseDct Inverse)
{
    /// <summary>Lays out the planes for an image at a scale of <paramref name="eighths"/>/8, whole units only.</summary>
    /// <remarks>
    /// Colour differences of half the resolution are transformed to blocks of twice the size where a block has that many pixels: at a scale
    /// below 1 they need no interpolation.
    /// </remarks>
    /// <param name="frame">The headers.</param>
    /// <param name="eighths">1, 2, 4 or 8.</param>
    /// <param name="length">The bytes of all planes.</param>
    public static JpegPlane[] Layout(JpegFrame frame, int eighths, out int length)
    {
        var planes = new JpegPlane[frame.Components.Count];
        int unitsAcross = Units(frame.Width, frame.UnitColumns), unitsDown = Units(frame.Height, frame.UnitRows);
        length = 0;
        for (int i = 0; i < planes.Length; i++)
        {
            var component = frame.Components[i];
            int columns = Math.Min(8, eighths * frame.UnitColumns / component.Horizontal);
            int rows = Math.Min(8, eighths * frame.UnitRows / component.Vertical);
            int stride = unitsAcross * component.Horizontal * columns;
            var inverse = ScaledInverseDct.Get(columns, rows, component.Quantisation);
            planes[i] = new JpegPlane(component, columns, rows, length, stride, inverse);
            length = checked(length + (stride * unitsDown * component.Vertical * rows));
        }

        return planes;
    }

    /// <summary>The number of units of <paramref name="blocks"/> blocks of eight pixels that cover a side.</summary>
    public static int Units(int side, int blocks) => (side + (8 * blocks) - 1) / (8 * blocks);
}
