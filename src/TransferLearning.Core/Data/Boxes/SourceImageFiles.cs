namespace TransferLearning;

/// <summary>The source images on which boxes are drawn: each file is checked once, and its problem is reported once.</summary>
/// <param name="reading">Receives source images that are missing or unusable.</param>
internal sealed class SourceImageFiles(DatasetReading reading)
{
    /// <summary>Usually only a part of Open Images is downloaded; a list of a million missing images would be useless.</summary>
    private const int MostListed = 1000;

    private readonly ImageFilter _filter = new(reading);
    private readonly Dictionary<(string Folder, string FileName), SourceImage?> _known = [];
    private int _missing;

    /// <summary>The source image of a box; null if it is missing or cannot be read.</summary>
    public SourceImage? Find(in AnnotatedBox box)
    {
        if (_known.TryGetValue((box.Folder, box.FileName), out var image))
            return image;
        int reported = reading.Problems.Count;
        image = ListedFile.Find(box.SourceImage, box.FileName, reading) is { } file && _filter.Accepts(file) ? new SourceImage(file) : null;
        if (image is null && ++_missing > MostListed)
            reading.Problems.RemoveRange(reported, reading.Problems.Count - reported);
        return _known[(box.Folder, box.FileName)] = image;
    }

    /// <summary>Reports how many more source images are missing than are listed.</summary>
    /// <param name="folder">The path for which the problem is reported.</param>
    public void ReportRest(string folder)
    {
        if (_missing > MostListed)
        {
            reading.Report(DatasetProblemKind.UnreadableFile, folder, FormattableString.Invariant(
                $"{_missing - MostListed} further images do not exist or cannot be used; their boxes are left out."));
        }
    }
}

/// <summary>A source image whose file was found.</summary>
internal sealed class SourceImage(FoundFile file)
{
    private (int Width, int Height)? _size;

    /// <summary>The file.</summary>
    public FoundFile File => file;

    /// <summary>The size of the stored pixels, from the header of the file.</summary>
    /// <exception cref="ImageDecodeException">The header is damaged, or the image too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public (int Width, int Height) StoredSize() => _size ??= ReadStoredSize();

    private (int Width, int Height) ReadStoredSize()
    {
        var info = ImageHeader.Read(file.Path, ImageDecodeOptions.Default);
        return info.Orientation.SwapsAxes() ? (info.Height, info.Width) : (info.Width, info.Height);
    }
}
