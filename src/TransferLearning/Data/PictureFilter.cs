using TransferLearning.Imaging;

namespace TransferLearning;

/// <summary>
/// Tells pictures from other files by their first bytes. A file with the extension of a picture that is none is reported; any other file
/// that is no picture (a text, a thumbnail database) is passed over.
/// </summary>
/// <param name="problems">Where what is left out is reported.</param>
internal sealed class PictureFilter(List<DatasetProblem> problems)
{
    /// <summary>Whether a file is a picture; reads no more than its first bytes.</summary>
    public bool Accepts(FoundFile file)
    {
        bool looksLikePicture = ImageFormats.HasPictureExtension(file.Path) || ImageFormats.UnsupportedExtensions.Contains(Path.GetExtension(file.Path));
        if (file.Length == 0)
        {
            // A pipe, socket or device has no length either, and opening a pipe could wait for ever: such files are never opened.
            if (looksLikePicture)
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
            if (looksLikePicture)
                Report(DatasetProblemKind.UnreadableFile, file.Path, $"cannot be read: {error.Message.TrimEnd('.')}");
            return false;
        }

        if (ImageFormats.Sniff(start) is not null)
            return true;
        if (looksLikePicture)
            Report(DatasetProblemKind.UnsupportedFormat, file.Path, $"is no picture that can be decoded but {ImageFormats.Describe(start)}");
        return false;
    }

    private void Report(DatasetProblemKind kind, string path, string message) =>
        problems.Add(new DatasetProblem(kind, path, $"'{path}' {message}; it is left out."));
}
