namespace TransferLearning;

/// <summary>
/// Distinguishes images from other files by their first bytes. A file with an image extension that is not an image is reported; any other
/// file (a text, a thumbnail database) is ignored.
/// </summary>
/// <param name="reading">Receives what is left out, and counts the files.</param>
internal sealed class ImageFilter(DatasetReading reading)
{
    /// <summary>Whether a file is an image; reads no more than its first bytes.</summary>
    public bool Accepts(FoundFile file)
    {
        reading.CountFile();
        bool looksLikeImage = ImageFormats.LooksLikeImage(file.Path);
        if (file.Length == 0)
        {
            // Pipes, sockets and devices also have length 0. They are never opened: opening a pipe could block forever.
            if (looksLikeImage)
                Report(DatasetProblemKind.EmptyFile, file.Path, "is empty or is not a regular file");
            return false;
        }

        Span<byte> start = stackalloc byte[ImageFormats.SniffLength];
        try
        {
            using var handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            start = start[..RandomAccess.Read(handle, start, 0)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (looksLikeImage)
                Report(DatasetProblemKind.UnreadableFile, file.Path, $"cannot be read: {error.Message.TrimEnd('.')}");
            return false;
        }

        bool isRaw = ImageFormats.IsCameraRaw(file.Path);
        if (ImageFormats.Sniff(start) is { } format && !(isRaw && format == ImageFormat.Registered))
            return true;
        if (looksLikeImage)
        {
            string kind = isRaw && ImageFormats.Describe(start) == "a TIFF image" ? ImageFormats.CameraRaw : ImageFormats.Describe(start);
            string remedy = ImageFormats.HowToConvert(kind) is { } how ? $"; {how}" : "";
            Report(
                DatasetProblemKind.UnsupportedFormat,
                file.Path,
                $"is not an image that can be decoded but {kind}{remedy}");
        }

        return false;
    }

    private void Report(DatasetProblemKind kind, string path, string message) =>
        reading.Report(kind, path, $"'{path}' {message}; it is left out.");
}
