using SkiaSharp;

namespace TransferLearning;

/// <summary>Which parts of an image contribute to a class, as a heat map.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed class ClassExplanation
{
    /// <summary>The maximum side of a saved image, in pixels; larger images are scaled down.</summary>
    public const int LongestSide = 2048;

    private const int JpegQuality = 92;

    private readonly ImageSource _image;
    private readonly ImageDecodeOptions _decoding;
    private readonly float[] _map;
    private readonly ImagePreprocessing _preprocessing;

    internal ClassExplanation(
        ImageSource image,
        ImageDecodeOptions decoding,
        Prediction prediction,
        int labelIndex,
        string label,
        float[] map,
        int width,
        ImagePreprocessing preprocessing)
    {
        _image = image;
        _decoding = decoding;
        Prediction = prediction;
        LabelIndex = labelIndex;
        Label = label;
        _map = map;
        Width = width;
        _preprocessing = preprocessing;
    }

    /// <summary>The file, or the name of an image in memory.</summary>
    public string Path => _image.Name;

    /// <summary>The prediction of the classifier for the image.</summary>
    public Prediction Prediction { get; }

    /// <summary>The class that is explained.</summary>
    public string Label { get; }

    /// <summary>Its index in the classifier's labels.</summary>
    public int LabelIndex { get; }

    /// <summary>The probability of the explained class, 0 to 1.</summary>
    public float Probability => Prediction.Probabilities[LabelIndex];

    /// <summary>
    /// The map in row-major order, from 0 (no contribution to the class) to 1 (the largest one); all 0 if nothing contributes. It covers
    /// the part of the image that is input to the network.
    /// </summary>
    public ReadOnlySpan<float> Map => _map;

    /// <summary>The number of columns of the map.</summary>
    public int Width { get; }

    /// <summary>The number of rows of the map.</summary>
    public int Height => _map.Length / Width;

    /// <summary>
    /// Writes the image with the map over it, as a JPEG if the name ends in .jpg or .jpeg, otherwise as a PNG. The parts of the image that
    /// are not input to the network are dark and grey. An existing file is replaced as a whole or not at all.
    /// </summary>
    /// <param name="path">The file to write.</param>
    /// <exception cref="ImageDecodeException">The image has changed in the meantime and cannot be decoded.</exception>
    /// <exception cref="IOException">The file cannot be written; the previous one is intact.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        bool jpeg = ImageFormats.HasJpegExtension(path);
        byte[] encoded = Draw(LongestSide, jpeg ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Png, JpegQuality);
        AtomicFile.Write(path, stream => stream.Write(encoded));
    }

    /// <summary>The image with the map over it, as <see cref="Save"/> writes it, as the content of a JPEG file.</summary>
    /// <param name="longestSide">The maximum side in pixels, 1 to <see cref="LongestSide"/>; a larger image is scaled down.</param>
    /// <exception cref="ArgumentOutOfRangeException">The side is out of range.</exception>
    /// <exception cref="ImageDecodeException">The image has changed in the meantime and cannot be decoded.</exception>
    public byte[] ToJpeg(int longestSide = LongestSide)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(longestSide, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(longestSide, LongestSide);
        return Draw(longestSide, SKEncodedImageFormat.Jpeg, JpegQuality);
    }

    /// <summary>
    /// Writes a figure: the image with the map over it, beside it the class that is explained with its probability, the colours of the map,
    /// and the most probable classes. A JPEG if the name ends in .jpg or .jpeg, otherwise a PNG. An existing file is replaced as a whole or
    /// not at all.
    /// </summary>
    /// <param name="path">The file to write.</param>
    /// <exception cref="ImageDecodeException">The image has changed in the meantime and cannot be decoded.</exception>
    /// <exception cref="IOException">The file cannot be written; the previous one is intact.</exception>
    public void SaveFigure(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        bool jpeg = ImageFormats.HasJpegExtension(path);
        using var painted = Paint(LongestSide);
        byte[] encoded = ExplanationFigure.Draw(
            this, painted, jpeg ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Png, JpegQuality);
        AtomicFile.Write(path, stream => stream.Write(encoded));
    }

    internal byte[] Draw(int longestSide, SKEncodedImageFormat format, int quality)
    {
        using var image = Paint(longestSide);
        return ImageScaling.Encode(image, format, quality);
    }

    private PixelImage Paint(int longestSide)
    {
        using var content = _image.Read(_decoding);
        var image = ImageScaling.Fit(content.Encoded, Path, longestSide, _decoding);
        HeatOverlay.Paint(image, _map, Width, _preprocessing);
        return image;
    }
}
