using System.Security.Cryptography;
using System.Text;

namespace TransferLearning;

/// <summary>
/// Downloaded images in a folder, one file each, which appears whole: a first line with the ETag, a second one with the SHA-256 of the
/// image, then the image. A damaged file counts as absent.
/// </summary>
/// <remarks>Safe for use from many threads and processes.</remarks>
internal sealed class DownloadFolder
{
    private readonly string _folder;

    /// <summary>Opens the folder; it is created when it does not exist.</summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be created.</exception>
    public DownloadFolder(string folder)
    {
        _folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(_folder);
    }

    /// <summary>The image that was kept under a name; null if there is none.</summary>
    public byte[]? Find(string name, out string? etag)
    {
        etag = null;
        byte[] file;
        try
        {
            if (!File.Exists(PathOf(name)))
                return null;
            file = File.ReadAllBytes(PathOf(name));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        int first = file.AsSpan().IndexOf((byte)'\n');
        int second = first + 1 + file.AsSpan(first + 1).IndexOf((byte)'\n');
        if (first < 0 || second <= first)
            return null;
        byte[] image = file[(second + 1)..];
        if (Encoding.ASCII.GetString(file.AsSpan((first + 1)..second)) != ContentHash.Of(image))
            return null;
        etag = Encoding.UTF8.GetString(file.AsSpan(0, first));
        return image;
    }

    /// <summary>Keeps an image.</summary>
    /// <exception cref="DatasetException">The folder is not writable, or the disk is full.</exception>
    public void Keep(string name, string etag, ReadOnlyMemory<byte> image)
    {
        string path = PathOf(name);
        byte[] head = Encoding.UTF8.GetBytes($"{etag}\n{ContentHash.Of(image.Span)}\n");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, stream =>
            {
                stream.Write(head);
                stream.Write(image.Span);
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"The folder '{_folder}' cannot keep downloaded images: {error.Message} Use another folder.");
        }
    }

    /// <summary>256 subfolders keep each folder small for some millions of images.</summary>
    private string PathOf(string name)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        return Path.Combine(_folder, hash[..2], hash);
    }
}
