using SkiaSharp;

namespace TransferLearning.Studio;

/// <summary>Small views of images, drawn when they are first looked at and kept by the hash of their content.</summary>
/// <param name="folder">The project.</param>
public sealed class Thumbnails(ProjectFolder folder) : IDisposable
{
    /// <summary>The longest side of a small view, in pixels: sharp on a tile of 150 pixels, also on a dense screen.</summary>
    public const int Side = 240;

    /// <summary>The longest side of a large view, in pixels.</summary>
    public const int LargeSide = 1600;

    private const int Quality = 82;

    /// <summary>Drawing takes a whole core for a moment; the page itself needs one too.</summary>
    private readonly SemaphoreSlim _drawing = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <summary>The JPEG of an image, no larger than a side.</summary>
    /// <exception cref="ImageDecodeException">The file is no image that can be decoded.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<byte[]> ReadAsync(ImageEntry image, int side, CancellationToken cancellationToken)
    {
        string kept = PathOf(image.Hash, side);
        if (await TryReadAsync(kept, cancellationToken) is { } present)
            return present;
        await _drawing.WaitAsync(cancellationToken);
        try
        {
            byte[] drawn = await Task.Run(() => Draw(folder.PathOf(image), side), cancellationToken);
            Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
            AtomicFile.Write(kept, stream => stream.Write(drawn));
            return drawn;
        }
        finally
        {
            _drawing.Release();
        }
    }

    public void Dispose() => _drawing.Dispose();

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
