using SkiaSharp;

namespace TransferLearning;

/// <summary>Which parts of an image speak for a class.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed class ClassExplanation
{
    /// <summary>A saved image is made smaller than the original where a side of that is longer than this.</summary>
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

    /// <summary>The file, or the name that was given to an image in memory.</summary>
    public string Path => _image.Name;

    /// <summary>What the classifier says of the image.</summary>
    public Prediction Prediction { get; }

    /// <summary>The class that is explained.</summary>
    public string Label { get; }

    /// <summary>Its position in the classifier's labels.</summary>
    public int LabelIndex { get; }

    /// <summary>The probability of the explained class, 0 to 1.</summary>
    public float Probability => Prediction.Probabilities[LabelIndex];

    /// <summary>
    /// The map, row after row, from 0 (does not speak for the class) to 1 (speaks most for it); all 0 where nothing does. It covers what the
    /// network sees of the image.
    /// </summary>
    public ReadOnlySpan<float> Map => _map;

    /// <summary>The number of columns of the map.</summary>
    public int Width { get; }

    /// <summary>The number of rows of the map.</summary>
    public int Height => _map.Length / Width;

    /// <summary>
    /// Writes the image with the map over it, as a PNG, or as a JPEG where the name ends so. What the network does not see of the image
    /// is dark and grey. An existing file is replaced as a whole or not at all.
    /// </summary>
    /// <param name="path">The file to write.</param>
    /// <exception cref="ImageDecodeException">The image has changed since and cannot be decoded.</exception>
    /// <exception cref="IOException">The file cannot be written; the previous one is intact.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        bool jpeg = System.IO.Path.GetExtension(path).ToUpperInvariant() is ".JPG" or ".JPEG";
        byte[] encoded = Draw(LongestSide, jpeg ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Png, JpegQuality);
        AtomicFile.Write(path, stream => stream.Write(encoded));
    }

    /// <summary>The image with the map over it, as <see cref="Save"/> writes it: the content of a JPEG file.</summary>
    /// <param name="longestSide">The image is made smaller where a side is longer than this, in pixels; 1 to <see cref="LongestSide"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The side is out of range.</exception>
    /// <exception cref="ImageDecodeException">The image has changed since and cannot be decoded.</exception>
    public byte[] ToJpeg(int longestSide = LongestSide)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(longestSide, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(longestSide, LongestSide);
        return Draw(longestSide, SKEncodedImageFormat.Jpeg, JpegQuality);
    }

    internal byte[] Draw(int longestSide, SKEncodedImageFormat format, int quality)
    {
        using var content = _image.Read(_decoding);
        using var image = ImageScaling.Fit(content.Encoded, Path, longestSide, _decoding);
        HeatOverlay.Paint(image, _map, Width, _preprocessing);
        return ImageScaling.Encode(image, format, quality);
    }
}
