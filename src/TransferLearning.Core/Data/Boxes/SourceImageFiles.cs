namespace TransferLearning;

/// <summary>The images that boxes are drawn on: each is looked for once, and what is wrong with it is reported once.</summary>
/// <param name="problems">Where images that are missing or no images are reported.</param>
internal sealed class SourceImageFiles(List<DatasetProblem> problems)
{
    /// <summary>Most people fetch a part of Open Images; a list of the million images that they have not would help nobody.</summary>
    private const int MostListed = 1000;

    private readonly Dictionary<(string Folder, string FileName), Image?> _known = [];
    private int _missing;

    /// <summary>The image of a box, or null where it is missing or cannot be read.</summary>
    public Image? Find(in AnnotatedBox box)
    {
        if (_known.TryGetValue((box.Folder, box.FileName), out var image))
            return image;
        var reported = _missing < MostListed ? problems : [];
        image = ListedFile.Find(box.Image, box.FileName, reported) is { } file && new ImageFilter(reported).Accepts(file) ? new Image(file) : null;
        _missing += image is null ? 1 : 0;
        return _known[(box.Folder, box.FileName)] = image;
    }

    /// <summary>Reports how many more images are missing than are listed.</summary>
    /// <param name="folder">What the problem is reported for.</param>
    public void ReportRest(string folder)
    {
        if (_missing > MostListed)
        {
            problems.Add(new DatasetProblem(DatasetProblemKind.UnreadableFile, folder, FormattableString.Invariant(
                $"{_missing - MostListed} further images do not exist or cannot be used; their boxes are left out.")));
        }
    }

    /// <summary>An image whose file was found.</summary>
    internal sealed class Image(FoundFile file)
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
}
