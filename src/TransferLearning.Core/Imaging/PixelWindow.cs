namespace TransferLearning;

/// <summary>
/// Whole pixels of an image: from <see cref="Left"/> and <see cref="Top"/> (inclusive) to <see cref="Right"/> and <see cref="Bottom"/>
/// (exclusive).
/// </summary>
internal readonly record struct PixelWindow(int Left, int Top, int Right, int Bottom);
