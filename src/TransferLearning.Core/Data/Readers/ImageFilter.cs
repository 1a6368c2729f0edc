namespace TransferLearning;

/// <summary>
/// Tells images from other files by their first bytes. A file with the extension of an image that is none is reported; any other file
/// that is no image (a text, a thumbnail database) is passed over.
/// </summary>
/// <param name="problems">Where what is left out is reported.</param>
internal sealed class ImageFilter(List<DatasetProblem> problems)
{
    /// <summary>Whether a file is an image; reads no more than its first bytes.</summary>
    public bool Accepts(FoundFile file)
    {
        bool looksLikeImage = ImageFormats.HasImageExtension(file.Path) || ImageFormats.UnsupportedExtensions.Contains(Path.GetExtension(file.Path));
        if (file.Length == 0)
        {
            // A pipe, socket or device has no length either, and opening a pipe could wait for ever: such files are never opened.
            if (looksLikeImage)
                Report(DatasetProblemKind.EmptyFile, file.Path, "is empty or is no regular file");
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

        if (ImageFormats.Sniff(start) is not null)
            return true;
        if (looksLikeImage)
            Report(DatasetProblemKind.UnsupportedFormat, file.Path, $"is no image that can be decoded but {ImageFormats.Describe(start)}");
        return false;
    }

    private void Report(DatasetProblemKind kind, string path, string message) =>
        problems.Add(new DatasetProblem(kind, path, $"'{path}' {message}; it is left out."));
}
