namespace TransferLearning;

/// <summary>The position of the pixels of one component in the buffer of all.</summary>
/// <param name="Component">The component.</param>
/// <param name="Columns">The number of columns to which a block is transformed: 1, 2, 4 or 8.</param>
/// <param name="Rows">The number of rows to which a block is transformed.</param>
/// <param name="Start">The position of the first pixel.</param>
/// <param name="Stride">The distance between rows.</param>
/// <param name="Inverse">The inverse transform.</param>
internal sealed record JpegPlane(JpegComponent Component, int Columns, int Rows, int Start, int Stride, ScaledInverseDct Inverse)
{
    /// <summary>The planes of an image at a scale of <paramref name="eighths"/>/8, in complete MCUs.</summary>
    /// <remarks>
    /// Chroma of half the resolution is transformed to blocks of twice the size, up to the 8 pixels of a block: at a scale below 1 it needs
    /// no interpolation.
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

    /// <summary>The number of MCUs of <paramref name="blocks"/> blocks of eight pixels that cover a side.</summary>
    public static int Units(int side, int blocks) => (side + (8 * blocks) - 1) / (8 * blocks);
}
