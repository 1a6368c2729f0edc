namespace TransferLearning;

/// <summary>The operations of a <see cref="RandAugment"/>.</summary>
internal static class PolicyOperations
{
    private const double MostShear = 0.3, MostShift = 0.45, MostAngle = Math.PI / 6, MostFactor = 0.9;
    private const int MostBitsLost = 4, Levels = 256;

    /// <summary>Changes an image in place; levels stay in 0 … 255.</summary>
    /// <param name="image">The image.</param>
    /// <param name="step">The operation.</param>
    /// <param name="fill">How pixels outside of the image are filled.</param>
    /// <param name="background">The colour for <see cref="AugmentationFill.Mean"/>.</param>
    public static void Apply(
        LevelPlanes image, in PolicyStep step, AugmentationFill fill, in (float Red, float Green, float Blue) background)
    {
        double signed = step.Sign * step.Strength;
        float factor = (float)(1 + (MostFactor * signed));
        float strength = (float)step.Strength;
        switch (step.Operation)
        {
            case RandAugmentOperation.ShearX:
                image.Warp(AffineMap.Shear(MostShear * signed, 0), fill, background);
                break;
            case RandAugmentOperation.ShearY:
                image.Warp(AffineMap.Shear(0, MostShear * signed), fill, background);
                break;
            case RandAugmentOperation.TranslateX:
                image.Warp(AffineMap.Shift(MostShift * signed * image.Width, 0), fill, background);
                break;
            case RandAugmentOperation.TranslateY:
                image.Warp(AffineMap.Shift(0, MostShift * signed * image.Height), fill, background);
                break;
            case RandAugmentOperation.Rotate:
                image.Warp(AffineMap.Rotation(MostAngle * signed), fill, background);
                break;
            case RandAugmentOperation.Brightness:
                (ColourChange.None with { Brightness = factor }).Apply(image);
                break;
            case RandAugmentOperation.Color:
                (ColourChange.None with { Saturation = factor }).Apply(image);
                break;
            case RandAugmentOperation.Contrast:
                (ColourChange.None with { Contrast = factor }).Apply(image);
                break;
            case RandAugmentOperation.Sharpness:
                Sharpen(image, factor);
                break;
            case RandAugmentOperation.Posterize:
                ForEachPlane(image, step.Strength, Posterize);
                break;
            case RandAugmentOperation.Solarize:
                ForEachPlane(image, step.Strength, Solarize);
                break;
            case RandAugmentOperation.AutoContrast when strength > 0:
                ForEachPlane(image, step.Strength, Stretch);
                break;
            case RandAugmentOperation.Equalize when strength > 0:
                ForEachPlane(image, step.Strength, Equalize);
                break;
        }
    }

    private static void ForEachPlane(LevelPlanes image, double strength, PlaneChange change)
    {
        for (int channel = 0; channel < 3; channel++)
            change(image.Plane(channel), (float)strength);
    }

    private static void Posterize(Span<float> plane, float strength)
    {
        int lost = (int)MathF.Round(MostBitsLost * strength);
        if (lost == 0)
            return;
        float step = 1 << lost;
        foreach (ref float level in plane)
            level = MathF.Floor(level / step) * step;
    }

    private static void Solarize(Span<float> plane, float strength)
    {
        float threshold = LevelPlanes.White * (1 - strength);
        foreach (ref float level in plane)
            level = level > threshold ? LevelPlanes.White - level : level;
    }

    private static void Stretch(Span<float> plane, float strength)
    {
        float low = float.MaxValue, high = float.MinValue;
        foreach (float level in plane)
            (low, high) = (Math.Min(low, level), Math.Max(high, level));
        if (high - low < 1)
            return;
        foreach (ref float level in plane)
            level = float.Lerp(level, (level - low) * LevelPlanes.White / (high - low), strength);
    }

    /// <summary>
    /// Histogram equalization: a level becomes the fraction of levels that are not above it, among those above the lowest.
    /// </summary>
    private static void Equalize(Span<float> plane, float strength)
    {
        Span<int> below = stackalloc int[Levels];
        below.Clear();
        foreach (float level in plane)
            below[Whole(level)]++;
        int lowest = 0;
        while (below[lowest] == 0)
            lowest++;
        int first = below[lowest];
        int rest = plane.Length - first;
        if (rest == 0)
            return;
        for (int level = 1; level < Levels; level++)
            below[level] += below[level - 1];
        foreach (ref float level in plane)
            level = float.Lerp(level, LevelPlanes.White * (below[Whole(level)] - first) / rest, strength);
    }

    private static int Whole(float level) => Math.Clamp((int)MathF.Round(level), 0, Levels - 1);

    /// <summary>The smoothing kernel has weight 5 at the centre and 1 around it, as in Pillow; border pixels are unchanged.</summary>
    private static void Sharpen(LevelPlanes image, float factor)
    {
        if (factor == 1)
            return;
        int width = image.Width;
        for (int channel = 0; channel < 3; channel++)
        {
            var plane = image.Plane(channel);
            var result = image.Spare(channel);
            plane.CopyTo(result);
            for (int y = 1; y < image.Height - 1; y++)
            {
                for (int x = 1; x < width - 1; x++)
                {
                    int place = (y * width) + x;
                    float sum = 4 * plane[place];
                    for (int row = place - width; row <= place + width; row += width)
                        sum += plane[row - 1] + plane[row] + plane[row + 1];
                    float smooth = sum / 13;
                    result[place] = Math.Clamp(smooth + (factor * (plane[place] - smooth)), 0, LevelPlanes.White);
                }
            }
        }

        image.SwapBuffers();
    }

    private delegate void PlaneChange(Span<float> plane, float strength);
}
