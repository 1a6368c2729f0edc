using TransferLearning.Imaging;

namespace TransferLearning;

/// <summary>The photos that boxes are drawn on: each is looked for once, and what is wrong with it is reported once.</summary>
/// <param name="problems">Where photos that are missing or no pictures are reported.</param>
internal sealed class PhotoFiles(List<DatasetProblem> problems)
{
    /// <summary>Most people fetch a part of Open Images; a list of the million photos that they have not would help nobody.</summary>
    private const int MostListed = 1000;

    private readonly Dictionary<(string Folder, string FileName), Photo?> _known = [];
    private int _missing;

    /// <summary>The photo of a box, or null where it is missing or cannot be read.</summary>
    public Photo? Find(in AnnotatedBox box)
    {
        if (_known.TryGetValue((box.Folder, box.FileName), out var photo))
            return photo;
        var reported = _missing < MostListed ? problems : [];
        photo = ListedFile.Find(box.Photo, box.FileName, reported) is { } file && new PictureFilter(reported).Accepts(file) ? new Photo(file) : null;
        _missing += photo is null ? 1 : 0;
        return _known[(box.Folder, box.FileName)] = photo;
    }

    /// <summary>Reports how many more photos are missing than are listed.</summary>
    /// <param name="folder">What the problem is reported for.</param>
    public void ReportRest(string folder)
    {
        if (_missing > MostListed)
        {
            problems.Add(new DatasetProblem(DatasetProblemKind.UnreadableFile, folder, FormattableString.Invariant(
                $"{_missing - MostListed} further photos do not exist or cannot be used; their boxes are left out.")));
        }
    }

    /// <summary>A photo whose file was found.</summary>
    internal sealed class Photo(FoundFile file)
    {
        private (int Width, int Height)? _size;

        /// <summary>The file.</summary>
        public FoundFile File => file;

        /// <summary>The size of the stored pixels, from the header of the file.</summary>
        /// <exception cref="ImageDecodeException">The header is damaged, or the picture too large.</exception>
        /// <exception cref="IOException">The file cannot be read.</exception>
        public (int Width, int Height) StoredSize() => _size ??= ReadStoredSize();

        private (int Width, int Height) ReadStoredSize()
        {
            var info = ImageHeader.Read(file.Path, ImageDecodeOptions.Default);
            return info.Orientation.SwapsAxes() ? (info.Height, info.Width) : (info.Width, info.Height);
        }
    }
}
