namespace TransferLearning.Onnx;

/// <summary>
/// The 256 numbers that a tensor is rounded to: <c>(byte − zero) · scale</c>. Zero is one of them, since padding is made of it.
/// </summary>
/// <param name="Scale">The distance of two neighbours, above 0.</param>
/// <param name="Zero">The byte that stands for 0.</param>
internal readonly record struct ByteRange(float Scale, byte Zero)
{
    /// <summary>A tensor that is 0 throughout still needs a scale.</summary>
    private const float LeastWidth = 1e-6f;

    /// <summary>The range for numbers between two limits.</summary>
    public static ByteRange Of(float least, float most)
    {
        least = Math.Min(least, 0);
        most = Math.Max(most, 0);
        float scale = Math.Max(most - least, LeastWidth) / byte.MaxValue;
        return new ByteRange(scale, (byte)Math.Clamp(MathF.Round(-least / scale), 0, byte.MaxValue));
    }
}
