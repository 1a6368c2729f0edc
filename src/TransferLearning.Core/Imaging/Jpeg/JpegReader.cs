namespace TransferLearning;

/// <summary>
/// Decodes the JPEG files of cameras and phones faster than a general decoder, because it does less: a scale of 1/8, 1/4, 1/2 or 1, and
/// only the pixels of one window. Unusual or damaged images are left to the general decoder, which also reports the error.
/// </summary>
/// <remarks>
/// The method is that of libjpeg: scaled decoding by a smaller inverse transform, chroma interpolated with a triangle filter at full scale
/// (ITU-T T.81; JFIF 1.02 for the colours). Results differ from libjpeg's by rounding.
/// </remarks>
internal static unsafe class JpegReader
{
    /// <summary>Larger planes would not fit into pooled buffers.</summary>
    private const int MaxPlaneBytes = PixelBuffers.LargestPooled;

    private const byte EndMark = 0xD9;

    /// <summary>The number of pixels along a side at a scale.</summary>
    public static int ScaledSide(int side, int eighths) => ((side * eighths) + 7) / 8;

    /// <summary>Decodes the pixels of a window.</summary>
    /// <param name="encoded">The file.</param>
    /// <param name="frame">Its headers.</param>
    /// <param name="eighths">The scale in eighths: 1, 2, 4 or 8.</param>
    /// <param name="window">The needed pixels of the scaled image, as it is encoded.</param>
    /// <param name="pixels">
    /// Receives red, green, blue, 255 for each pixel of the window at its position in the scaled image; other pixels are undefined.
    /// </param>
    /// <returns>False if the image is unusual or damaged; the pixels are undefined then.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, JpegFrame frame, int eighths, PixelWindow window, Span<byte> pixels)
    {
        int width = ScaledSide(frame.Width, eighths);
        long largest = (long)(frame.Width + 16) * (frame.Height + 16) * 3 * eighths * eighths / 64;
        bool isInside = window.Left >= 0 && window.Top >= 0 && window.Right <= width && (long)width * window.Bottom * 4 <= pixels.Length;
        if (!isInside || largest > MaxPlaneBytes)
            return false;
        var planes = JpegPlane.Layout(frame, eighths, out int length);
        byte[] segment = PixelBuffers.Rent(encoded.Length - frame.DataStart + JpegEntropyReader.Padding);
        byte[] buffer = PixelBuffers.Rent(length + JpegColours.Padding + ChromaInterpolation.SpaceFor(frame.Width));
        try
        {
            fixed (byte* segmentStart = segment, planeStart = buffer, pixelStart = pixels)
            {
                var reader = new JpegEntropyReader(encoded, frame.DataStart, segmentStart);
                if (!ReadUnits(ref reader, frame, planes, eighths, window, planeStart) || !reader.IsAtEnd || reader.Marker != EndMark)
                    return false;
                byte* space = planeStart + length + JpegColours.Padding;
                JpegColours.Write(frame, planes, eighths, planeStart, space, window, (uint*)pixelStart, width);
                return true;
            }
        }
        finally
        {
            PixelBuffers.Return(buffer);
            PixelBuffers.Return(segment);
        }
    }

    /// <summary>Whether the entropy-coded bytes contain every block of the image, perhaps with other bytes up to the end mark.</summary>
    public static bool IsComplete(ReadOnlySpan<byte> encoded, JpegFrame frame)
    {
        var planes = JpegPlane.Layout(frame, eighths: 1, out int length);
        byte[] segment = PixelBuffers.Rent(encoded.Length - frame.DataStart + JpegEntropyReader.Padding);
        byte[] buffer = PixelBuffers.Rent(length + JpegColours.Padding);
        try
        {
            fixed (byte* segmentStart = segment, planeStart = buffer)
            {
                var reader = new JpegEntropyReader(encoded, frame.DataStart, segmentStart);
                return ReadUnits(ref reader, frame, planes, eighths: 1, new PixelWindow(0, 0, 1, 1), planeStart)
                    && !reader.IsPastEnd && reader.Marker == EndMark;
            }
        }
        finally
        {
            PixelBuffers.Return(buffer);
            PixelBuffers.Return(segment);
        }
    }

    /// <summary>Reads all MCUs, to find damage, and transforms those that the window touches.</summary>
    private static bool ReadUnits(
        ref JpegEntropyReader reader, JpegFrame frame, JpegPlane[] planes, int eighths, PixelWindow window, byte* target)
    {
        int across = JpegPlane.Units(frame.Width, frame.UnitColumns), down = JpegPlane.Units(frame.Height, frame.UnitRows);

        // Interpolated chroma depends on one neighbour, which is two pixels away.
        int unitWidth = eighths * frame.UnitColumns, unitHeight = eighths * frame.UnitRows;
        int left = (window.Left - 2) / unitWidth, right = (window.Right + 1) / unitWidth;
        int top = (window.Top - 2) / unitHeight, bottom = (window.Bottom + 1) / unitHeight;
        int* means = stackalloc int[3];
        var coefficients = stackalloc JpegCoefficient[JpegEntropyReader.MaxCoefficients];
        int untilRestart = frame.RestartInterval, restarts = 0;
        for (int y = 0; y < down; y++)
        {
            bool neededRow = y >= top && y <= bottom;
            for (int x = 0; x < across; x++)
            {
                if (frame.RestartInterval > 0 && untilRestart-- == 0)
                {
                    if (!reader.Restart(restarts++))
                        return false;
                    new Span<int>(means, 3).Clear();
                    untilRestart = frame.RestartInterval - 1;
                }

                bool needed = neededRow && x >= left && x <= right;
                for (int i = 0; i < planes.Length; i++)
                {
                    if (!ReadUnit(ref reader, planes[i], ref means[i], coefficients, needed ? target : null, x, y))
                        return false;
                }
            }
        }

        return true;
    }

    private static bool ReadUnit(
        ref JpegEntropyReader reader, JpegPlane plane, ref int mean, JpegCoefficient* coefficients, byte* target, int x, int y)
    {
        var component = plane.Component;
        bool onlyMean = plane.Columns == 1 && plane.Rows == 1;
        for (int v = 0; v < component.Vertical; v++)
        {
            byte* row = target + plane.Start + ((nint)((y * component.Vertical) + v) * plane.Rows * plane.Stride);
            for (int h = 0; h < component.Horizontal; h++)
            {
                int count = 0;
                if (target == null || onlyMean)
                {
                    if (!reader.SkipBlock(component, ref mean, coefficients))
                        return false;
                }
                else if ((count = reader.ReadBlock(component, ref mean, coefficients)) < 0)
                {
                    return false;
                }

                if (target != null)
                {
                    plane.Inverse.Transform(
                        mean, coefficients, count, row + (((x * component.Horizontal) + h) * plane.Columns), plane.Stride);
                }
            }
        }

        return true;
    }
}
