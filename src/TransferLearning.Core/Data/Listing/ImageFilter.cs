namespace TransferLearning;

/// <summary>
/// Distinguishes images from other files by their first bytes. A file with an image extension that is not an image is reported; any other
/// file (a text, a thumbnail database) is ignored.
/// </summary>
/// <param name="reading">Receives what is left out, and counts the files.</param>
internal sealed class ImageFilter(DatasetReading reading)
{
    /// <summary>Files that are opened together; between them the reading can be cancelled.</summary>
    private const int Together = 2048;

    /// <summary>Whether a file is an image; reads no more than its first bytes.</summary>
    public bool Accepts(FoundFile file) => Accepts(file, Content.Of(file));

    /// <summary>The images among files, in their order. Opening a file takes the time, so many are opened at once.</summary>
    public IEnumerable<FoundFile> Among(IReadOnlyList<FoundFile> files)
    {
        foreach (var part in files.Chunk(Together))
        {
            reading.CancellationToken.ThrowIfCancellationRequested();
            var contents = new Content[part.Length];
            Parallel.For(0, part.Length, i => contents[i] = Content.Of(part[i]));
            for (int i = 0; i < part.Length; i++)
            {
                if (Accepts(part[i], contents[i]))
                    yield return part[i];
            }
        }
    }

    private bool Accepts(FoundFile file, Content content)
    {
        reading.CountFile();
        if (content.IsImage)
            return true;
        if (!ImageFormats.LooksLikeImage(file.Path))
            return false;
        if (file.Length == 0)
        {
            Report(DatasetProblemKind.EmptyFile, file.Path, "is empty or is not a regular file");
        }
        else if (content.Error is { } error)
        {
            Report(DatasetProblemKind.UnreadableFile, file.Path, $"cannot be read: {error}");
        }
        else
        {
            string remedy = ImageFormats.HowToConvert(content.Kind) is { } how ? $"; {how}" : "";
            Report(
                DatasetProblemKind.UnsupportedFormat,
                file.Path,
                $"is not an image that can be decoded but {content.Kind}{remedy}");
        }

        return false;
    }

    private void Report(DatasetProblemKind kind, string path, string message) =>
        reading.Report(kind, path, $"'{path}' {message}; it is left out.");

    /// <summary>What the first bytes of a file tell.</summary>
    /// <param name="IsImage">Whether it is an image that can be decoded.</param>
    /// <param name="Kind">What it is otherwise.</param>
    /// <param name="Error">Why it cannot be read; null if it can.</param>
    private readonly record struct Content(bool IsImage, string Kind = "", string? Error = null)
    {
        /// <summary>Reads a file; safe for use from many threads.</summary>
        public static Content Of(FoundFile file)
        {
            // Pipes, sockets and devices also have length 0. They are never opened: opening a pipe could block forever.
            if (file.Length == 0)
                return default;
            Span<byte> start = stackalloc byte[ImageFormats.SniffLength];
            try
            {
                using var handle = File.OpenHandle(
                    file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                start = start[..RandomAccess.Read(handle, start, 0)];
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return new Content(false, Error: error.Message.TrimEnd('.'));
            }

            return ImageFormats.Sniff(start) is { } format
                && !(format == ImageFormat.Registered && ImageFormats.IsCameraRaw(file.Path))
                ? new Content(true)
                : new Content(false, ImageFormats.Describe(start, file.Path));
        }
    }
}
