using System.Buffers.Binary;
using System.Collections.Frozen;

namespace TransferLearning;

/// <summary>The image formats that can be decoded.</summary>
internal enum ImageFormat
{
    Jpeg,
    Png,
    Gif,
    Bmp,
    WebP,
    Ico,

    /// <summary>A format of a registered decoder.</summary>
    Registered,
}

/// <summary>Recognises images: by the first bytes, which decide, and by the file extension, which is only a hint.</summary>
internal static class ImageFormats
{
    /// <summary>The number of bytes from the start of a file that suffice for <see cref="Sniff"/>.</summary>
    public const int SniffLength = 32;

    /// <summary>The file extensions of images that can be decoded, with the dot, ignoring case.</summary>
    public static IReadOnlyCollection<string> Extensions => [.. OwnExtensions, .. ImageDecoders.Extensions];

    private static FrozenSet<string> OwnExtensions { get; } = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".gif", ".bmp", ".dib", ".webp", ".ico", ".cur");

    /// <summary>The extensions that are tried for a path without one.</summary>
    public static IReadOnlyList<string> UsualExtensions { get; } = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif"];

    /// <summary>Files of cameras: many start like a TIFF, whose first image is a thumbnail.</summary>
    private static readonly string[] RawExtensions =
        [".cr2", ".cr3", ".nef", ".nrw", ".arw", ".srf", ".sr2", ".dng", ".orf", ".rw2", ".raf", ".pef", ".3fr", ".iiq"];

    /// <summary>
    /// The file extensions of images that cannot be decoded, with the dot. Such files are reported instead of being ignored.
    /// </summary>
    private static FrozenSet<string> UnsupportedExtensions { get; } = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        [
            ".tif", ".tiff", ".heic", ".heif", ".avif", ".jxl", ".jxr", ".jp2", ".j2k", ".psd", ".xcf", ".svg", ".tga", ".pcx",
            ".pbm", ".pgm", ".ppm", ".exr", ".hdr", ".dcm", ".dicom",
            .. RawExtensions,
        ]);

    /// <summary>The usual name of the format.</summary>
    public static string NameOf(ImageFormat format) => format == ImageFormat.WebP ? "WebP" : format.ToString().ToUpperInvariant();

    /// <summary>Whether the extension of the path is one of an image that can be decoded.</summary>
    public static bool HasImageExtension(string path)
    {
        string extension = Path.GetExtension(path);
        return OwnExtensions.Contains(extension) || ImageDecoders.Extensions.Contains(extension);
    }

    /// <summary>Whether the extension of the path is one of an image, whether it can be decoded or not.</summary>
    public static bool LooksLikeImage(string path) => HasImageExtension(path) || UnsupportedExtensions.Contains(Path.GetExtension(path));

    /// <summary>Whether the extension of the path is one of a JPEG.</summary>
    public static bool HasJpegExtension(string path) => Path.GetExtension(path).ToUpperInvariant() is ".JPG" or ".JPEG";

    /// <summary>The format by the first bytes, of which <see cref="SniffLength"/> suffice; null if it cannot be decoded.</summary>
    public static ImageFormat? Sniff(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return ImageFormat.Jpeg;
        if (start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
            return ImageFormat.Png;
        if (start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8))
            return ImageFormat.Gif;
        if (start.StartsWith("RIFF"u8) && HasAt(start, 8, "WEBP"u8))
            return ImageFormat.WebP;
        if (IsBmp(start))
            return ImageFormat.Bmp;
        if (IsIcon(start))
            return ImageFormat.Ico;
        return ImageDecoders.Find(start[..Math.Min(start.Length, SniffLength)]) is null ? null : ImageFormat.Registered;
    }

    /// <summary>Whether a file is one of a camera: by its name, because its content may start like a TIFF.</summary>
    public static bool IsCameraRaw(string path) => RawExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// How to convert a file of a kind that cannot be decoded (<see cref="Describe(ReadOnlySpan{byte}, string)"/>), as a clause; null if it
    /// is no image.
    /// </summary>
    public static string? HowToConvert(string kind)
    {
        foreach (var (format, remedy) in Conversions)
        {
            if (kind.Contains(format, StringComparison.Ordinal))
                return remedy;
        }

        return null;
    }

    private static readonly (string Format, string Remedy)[] Conversions =
    [
        ("HEIC", "convert it to JPEG, for instance with 'heif-convert in.heic out.jpg', or let the phone save \"most compatible\""),
        ("AVIF", "convert it to JPEG or PNG, for instance with 'avifdec in.avif out.png'"),
        ("TIFF", "convert it to PNG, for instance with 'magick in.tif out.png'"),
        (CameraRaw, "convert it to JPEG, for instance with 'darktable-cli in.raw out.jpg'"),
        ("JPEG XL", "convert it to JPEG, for instance with 'djxl in.jxl out.jpg'"),
        ("JPEG 2000", "convert it to PNG, for instance with 'opj_decompress -i in.jp2 -o out.png'"),
        ("Photoshop", "save it as JPEG or PNG"),
        ("SVG", "convert it to PNG, for instance with 'rsvg-convert in.svg -o out.png'"),
        ("HTML", "it is probably an error page that was saved as the image: download the image again"),
        ("Git LFS", "fetch the image with 'git lfs pull'"),
        ("Netpbm", "convert it to PNG, for instance with 'magick in.ppm out.png'"),
        (HighRange, "convert it to PNG, for instance with 'magick in.exr out.png'"),
        ("DICOM", "convert it to PNG, for instance with 'dcm2img in.dcm out.png'"),
        ("PDF", "save its pages as images, for instance with 'pdftoppm -png in.pdf page'"),
        ("ZIP", "unpack it"),
        (Probably, "convert it to PNG, for instance with 'magick in out.png'"),
    ];

    /// <summary>What a TIFF is, and what many files of cameras look like.</summary>
    public const string Tiff = "a TIFF image";

    /// <summary>What a file of a camera is.</summary>
    public const string CameraRaw = "a camera raw image";

    private const string HighRange = "an image of high dynamic range";
    private const string Probably = "probably";
    private const string Unknown = "of an unknown format";

    /// <summary>What a file that cannot be decoded probably is, as a noun phrase for an error message.</summary>
    /// <param name="start">Its first bytes.</param>
    /// <param name="path">Its name, which decides where the bytes say nothing.</param>
    public static string Describe(ReadOnlySpan<byte> start, string path)
    {
        string kind = Describe(start);
        if (kind == Tiff && IsCameraRaw(path))
            return CameraRaw;
        string extension = Path.GetExtension(path);
        if (kind != Unknown || !UnsupportedExtensions.Contains(extension))
            return kind;
        string name = extension[1..].ToUpperInvariant();
        return name is "DCM" or "DICOM" ? "a DICOM image" : $"{Probably} a {name} image";
    }

    /// <summary>What a file that cannot be decoded probably is, by its first bytes.</summary>
    public static string Describe(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8))
            return Tiff;
        if (HasAt(start, 4, "ftypcrx "u8) || start.StartsWith("FUJIFILMCCD-RAW"u8) || start.StartsWith("IIU\0"u8)
            || start.StartsWith("IIRO"u8))
            return CameraRaw;
        if (HasAt(start, 4, "ftyp"u8))
            return HasAt(start, 8, "avif"u8) || HasAt(start, 8, "avis"u8) ? "an AVIF image" : "a HEIC image or an MP4 video";
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || HasAt(start, 4, "JXL "u8))
            return "a JPEG XL image";
        if (HasAt(start, 4, "jP  "u8) || start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]))
            return "a JPEG 2000 image";
        if (start.StartsWith("8BPS"u8))
            return "a Photoshop document";
        if (start.StartsWith("%PDF"u8))
            return "a PDF document";
        if (start.StartsWith("PK\x03\x04"u8))
            return "a ZIP archive";
        if (start is [(byte)'P', >= (byte)'1' and <= (byte)'6', (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t', ..])
            return "a Netpbm image";
        if (start.StartsWith((ReadOnlySpan<byte>)[0x76, 0x2F, 0x31, 0x01]) || start.StartsWith("#?RA"u8))
            return HighRange;
        return DescribeText(start);
    }

    private static string DescribeText(ReadOnlySpan<byte> start)
    {
        start = start[..Math.Min(start.Length, SniffLength)];
        if (start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            start = start[3..];
        var text = start.TrimStart(" \t\r\n"u8);
        if (text.StartsWith("<"u8))
        {
            return Mentions(text, "svg"u8) ? "an SVG drawing"
                : Mentions(text, "htm"u8) || Mentions(text, "HTM"u8) ? "an HTML page" : "an HTML or XML text";
        }

        if (text.StartsWith("version https://git-lfs"u8))
            return "a pointer of Git LFS to an image";
        foreach (byte value in start)
        {
            if (value is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r'))
                return Unknown;
        }

        return "a text";
    }

    private static bool Mentions(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => text.IndexOf(word) >= 0;

    /// <summary>A text may start with "BM" too, so the size of the second header must be one of the known ones.</summary>
    private static bool IsBmp(ReadOnlySpan<byte> start) =>
        start.StartsWith("BM"u8) && start.Length >= 18
        && BinaryPrimitives.ReadUInt32LittleEndian(start[14..]) is 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124;

    /// <summary>Icons (1) and cursors (2) with at least one image; the reserved byte of the first entry is zero.</summary>
    private static bool IsIcon(ReadOnlySpan<byte> start) =>
        start is [0, 0, 1 or 2, 0, _, _, _, _, _, 0, ..] && BinaryPrimitives.ReadUInt16LittleEndian(start[4..]) > 0;

    private static bool HasAt(ReadOnlySpan<byte> start, int offset, ReadOnlySpan<byte> magic) =>
        start.Length >= offset + magic.Length && start[offset..].StartsWith(magic);
}
