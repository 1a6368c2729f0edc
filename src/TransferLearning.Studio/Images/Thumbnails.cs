using SkiaSharp;

namespace TransferLearning.Studio;

/// <summary>A view of an image, encoded.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Type">Its media type.</param>
public readonly record struct EncodedView(byte[] Bytes, string Type);

/// <summary>Small views of images, drawn when they are first looked at and kept by the hash of their content.</summary>
/// <param name="folder">The project.</param>
public sealed class Thumbnails(ProjectFolder folder) : IDisposable
{
    /// <summary>The longest side of a small view, in pixels: sharp on a tile of 150 pixels, also on a dense screen.</summary>
    public const int Side = 240;

    /// <summary>The longest side of a large view, in pixels.</summary>
    public const int LargeSide = 1600;

    private const int Quality = 82;
    private const string Jpeg = "image/jpeg";

    /// <summary>Up to this size a file whose image is small enough is its own view; a view that is drawn has some 10 kB.</summary>
    private const long MostOwnBytes = 32 << 10;

    /// <summary>Drawing takes a whole core for a moment; the page itself needs one too.</summary>
    private readonly SemaphoreSlim _drawing = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <summary>A view of an image, no larger than a side: the file itself where that is small, and a JPEG otherwise.</summary>
    /// <exception cref="ImageDecodeException">The file is no image that can be decoded.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<EncodedView> ReadAsync(ImageEntry image, int side, CancellationToken cancellationToken)
    {
        if (image.Bytes <= MostOwnBytes && await TryOwnAsync(folder.PathOf(image), side, cancellationToken) is { } own)
            return own;
        string kept = PathOf(image.Hash, side);
        if (await TryReadAsync(kept, cancellationToken) is { } present)
            return new EncodedView(present, Jpeg);
        await _drawing.WaitAsync(cancellationToken);
        try
        {
            byte[] drawn = await Task.Run(() => Draw(folder.PathOf(image), side), cancellationToken);
            Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
            AtomicFile.Write(kept, stream => stream.Write(drawn));
            return new EncodedView(drawn, Jpeg);
        }
        finally
        {
            _drawing.Release();
        }
    }

    public void Dispose() => _drawing.Dispose();

    private static async Task<EncodedView?> TryOwnAsync(string path, int side, CancellationToken cancellationToken)
    {
        byte[] bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        string? type = ContentSniffer.ExtensionOf(bytes) switch
        {
            ".jpg" => Jpeg,
            ".png" => "image/png",
            ".webp" => "image/webp",
            _ => null,
        };
        if (type is null)
            return null;
        var info = ImageDecoder.Probe(bytes, path, ImageDecodeOptions.Default);
        return Math.Max(info.Width, info.Height) <= side ? new EncodedView(bytes, type) : null;
    }

    private static byte[] Draw(string path, int side)
    {
        using var content = ImageContent.Read(null, path, ImageDecodeOptions.Default);
        using var image = ImageScaling.Fit(content, path, side, ImageDecodeOptions.Default);
        return ImageScaling.Encode(image, SKEncodedImageFormat.Jpeg, Quality);
    }

    private string PathOf(ContentId hash, int side)
    {
        string name = hash.ToString();
        return Path.Combine(folder.Thumbnails, name[..2], FormattableString.Invariant($"{name}-{side}.jpg"));
    }

    private static async Task<byte[]?> TryReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
