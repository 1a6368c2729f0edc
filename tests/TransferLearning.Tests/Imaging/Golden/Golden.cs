using System.IO.Compression;
using System.Runtime.CompilerServices;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Imaging;

/// <summary>The golden files of this folder; <c>make_golden.py</c> writes them with Pillow.</summary>
internal static class Golden
{
    private static readonly string Folder = Path.Combine(TestData.RepositoryRoot, "tests", "TransferLearning.Tests", "Imaging", "Golden");

    /// <summary>The names of all small images, one of every kind.</summary>
    public static IEnumerable<string> Images => Directory.GetFiles(Path.Combine(Folder, "decode"))
        .Select(path => Path.GetFileName(path)).Where(name => !name.EndsWith(".rgb", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    /// <summary>The names of what Pillow resized.</summary>
    public static IEnumerable<string> Resized =>
        Directory.GetFiles(Path.Combine(Folder, "resize")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    /// <summary>Path, case and SHA-256 of what Pillow makes of real images.</summary>
    public static IEnumerable<(string Image, string Case, string Sha256)> RealImages => File.ReadLines(Path.Combine(Folder, "photos.tsv"))
        .Select(line => line.Split('\t')).Select(fields => (fields[0], fields[1], fields[2]));

    /// <summary>The path of a small image.</summary>
    public static string PathOf(string image) => Path.Combine(Folder, "decode", image);

    /// <summary>The content of a small image.</summary>
    public static byte[] Encoded(string image) => File.ReadAllBytes(PathOf(image));

    /// <summary>The pixels that Pillow decodes.</summary>
    public static byte[] Decoded(string image) => File.ReadAllBytes(PathOf(image) + ".rgb");

    /// <summary>The pixels that Pillow resized.</summary>
    public static byte[] ReadResized(string name)
    {
        using var file = new ZLibStream(File.OpenRead(Path.Combine(Folder, "resize", name)), CompressionMode.Decompress);
        using var pixels = new MemoryStream();
        file.CopyTo(pixels);
        return pixels.ToArray();
    }

    /// <summary>
    /// The preprocessing that a case such as <c>24x24,shortest-side,27,bicubic</c> describes; the tensor is interleaved and not normalised,
    /// so that it has the values of Pillow's image.
    /// </summary>
    public static ImagePreprocessing Preprocessing(string description)
    {
        string[] fields = description.Split(',');
        int[] size = [.. fields[0].Split('x').Select(int.Parse)];
        return new ImagePreprocessing
        {
            Width = size[0],
            Height = size[1],
            Resize = fields[1] switch
            {
                "squash" => ImageResizeMode.Squash,
                "pad" => ImageResizeMode.Pad,
                "shortest-side" => ImageResizeMode.ShortestSide,
                _ => throw new SwitchExpressionException(fields[1]),
            },
            ResizeTo = fields[1] == "shortest-side" ? int.Parse(fields[2], null) : null,
            Interpolation = fields[3] == "bicubic" ? ImageInterpolation.Bicubic : ImageInterpolation.Bilinear,
            Layout = TensorLayout.Nhwc,
        };
    }
}
