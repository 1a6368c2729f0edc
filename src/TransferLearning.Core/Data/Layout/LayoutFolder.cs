namespace TransferLearning;

/// <summary>A folder whose meaning is to be decided, with what is below it.</summary>
/// <param name="path">The full path.</param>
/// <param name="walk">Lists folders.</param>
internal sealed class LayoutFolder(string path, FolderWalk walk)
{
    /// <summary>Files with other extensions are opened to see whether they are images; in a folder of texts this stops early.</summary>
    private const int MostOpened = 8;

    private IReadOnlyList<LayoutFolder>? _folders;
    private IReadOnlyList<LayoutFolder>? _filled;
    private bool? _hasImages;
    private int? _images;

    public string Path => path;

    public string Name { get; } = System.IO.Path.GetFileName(path);

    /// <summary>The split that the name mentions; null for none.</summary>
    public SplitName? Split { get; } = SplitNames.Read(System.IO.Path.GetFileName(path));

    /// <summary>All subfolders, except those of systems.</summary>
    public IReadOnlyList<LayoutFolder> Folders => _folders ??= [.. walk.Folders(path).Select(folder => new LayoutFolder(folder, walk))];

    /// <summary>The subfolders with images in them or below them.</summary>
    public IReadOnlyList<LayoutFolder> Filled => _filled ??= [.. Folders.Where(folder => folder.HasImages)];

    /// <summary>The number of images directly in the folder, by their extensions.</summary>
    public int Images =>
        _images ??= walk.FileNames(path).Count(ImageFormats.LooksLikeImage) is > 0 and var named ? named : CountByContent();

    /// <summary>Whether there is an image, decodable or not, in the folder or below it.</summary>
    public bool HasImages => _hasImages ??= Images > 0 || Folders.Any(folder => folder.HasImages);

    /// <summary>Whether there are images directly in the folder and none below it.</summary>
    public bool IsFlat => Images > 0 && Filled.Count == 0;

    /// <summary>The names of <see cref="Filled"/>.</summary>
    public IReadOnlyList<string> FilledNames => [.. Filled.Select(folder => folder.Name)];

    /// <summary>The names of the images directly in the folder.</summary>
    public IReadOnlyList<string> ImageNames => [.. walk.FileNames(path).Where(ImageFormats.HasImageExtension)];

    private int CountByContent()
    {
        Span<byte> start = stackalloc byte[ImageFormats.SniffLength];
        int images = 0;
        foreach (string name in walk.FileNames(path).Take(MostOpened))
        {
            var file = new FileInfo(System.IO.Path.Combine(path, name));
            try
            {
                // Pipes and devices have length 0 and are never opened.
                if (file.Length == 0)
                    continue;
                using var handle = File.OpenHandle(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                if (ImageFormats.Sniff(start[..RandomAccess.Read(handle, start, 0)]) is not null)
                    images++;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It counts as no image; the reader reports it.
            }
        }

        return images;
    }
}
