namespace TransferLearning;

/// <summary>Reads the header of an image file, usually without the rest of the file.</summary>
internal static class ImageHeader
{
    /// <summary>Enough for most JPEG headers with EXIF data and a colour profile.</summary>
    private const int UsualLength = 1 << 16;

    /// <summary>Reads a header.</summary>
    /// <exception cref="ImageDecodeException">The file is not an image, its header is damaged, or it is too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ImageInfo Read(string path, ImageDecodeOptions options) => ReadStart(path, options) ?? ReadWhole(path, options);

    /// <summary>Null if the start of the file does not suffice, or may not: the orientation of a PNG can be at its end.</summary>
    private static ImageInfo? ReadStart(string path, ImageDecodeOptions options)
    {
        byte[] start = PixelBuffers.Rent(UsualLength);
        try
        {
            using var handle = File.OpenHandle(path);
            var read = start.AsSpan(0, RandomAccess.Read(handle, start.AsSpan(0, UsualLength), 0));
            return ImageFormats.Sniff(read) == ImageFormat.Jpeg ? ImageDecoder.Probe(read, path, options) : null;
        }
        catch (ImageDecodeException)
        {
            return null;
        }
        finally
        {
            PixelBuffers.Return(start);
        }
    }

    private static ImageInfo ReadWhole(string path, ImageDecodeOptions options)
    {
        using var file = ImageBytes.ReadFile(path, options);
        return ImageDecoder.Probe(file.Content, path, options);
    }
}
