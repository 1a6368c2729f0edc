namespace TransferLearning;

/// <summary>A change of all colours of an image, in this order: saturation, hue, contrast, brightness, shift.</summary>
/// <param name="Brightness">The factor of all levels.</param>
/// <param name="Contrast">The factor of the distance from the mean grey.</param>
/// <param name="Saturation">The factor of the distance from the grey of the pixel.</param>
/// <param name="Hue">The angle, in radians, by which colours are rotated around the grey axis.</param>
/// <param name="Shift">The numbers that are added to red, green and blue.</param>
internal readonly record struct ColourChange(
    float Brightness, float Contrast, float Saturation, float Hue, (float Red, float Green, float Blue) Shift)
{
    /// <summary>The weights of red, green and blue in luma (ITU-R BT.601).</summary>
    private const float Red = 0.299f, Green = 0.587f, Blue = 0.114f;

    /// <summary>Changes nothing.</summary>
    public static ColourChange None => new(1, 1, 1, 0, (0, 0, 0));

    /// <summary>Changes an image in place; levels stay in 0 … 255.</summary>
    public void Apply(LevelPlanes image)
    {
        if (this == None)
            return;
        Span<float> reds = image.Plane(0), greens = image.Plane(1), blues = image.Plane(2);
        float mean = MeanGrey(reds, greens, blues);

        // Rodrigues' rotation around (1, 1, 1): each channel becomes a weighted sum of all three.
        var (sine, cosine) = MathF.SinCos(Hue);
        float across = (1 - cosine) / 3, turn = sine / MathF.Sqrt(3);
        float same = cosine + across, next = across - turn, last = across + turn;
        for (int i = 0; i < reds.Length; i++)
        {
            float grey = Grey(reds[i], greens[i], blues[i]);
            float red = grey + (Saturation * (reds[i] - grey));
            float green = grey + (Saturation * (greens[i] - grey));
            float blue = grey + (Saturation * (blues[i] - grey));
            reds[i] = Level((same * red) + (next * green) + (last * blue), mean, Shift.Red);
            greens[i] = Level((last * red) + (same * green) + (next * blue), mean, Shift.Green);
            blues[i] = Level((next * red) + (last * green) + (same * blue), mean, Shift.Blue);
        }
    }

    private float Level(float level, float mean, float shift) =>
        Math.Clamp((Brightness * (mean + (Contrast * (level - mean)))) + shift, 0, LevelPlanes.White);

    private static float MeanGrey(ReadOnlySpan<float> reds, ReadOnlySpan<float> greens, ReadOnlySpan<float> blues)
    {
        double sum = 0;
        for (int i = 0; i < reds.Length; i++)
            sum += Grey(reds[i], greens[i], blues[i]);
        return (float)(sum / reds.Length);
    }

    private static float Grey(float red, float green, float blue) => (Red * red) + (Green * green) + (Blue * blue);
}
