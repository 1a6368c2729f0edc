using System.Globalization;

namespace TransferLearning;

/// <summary>Turns a list of files and labels into a dataset.</summary>
/// <param name="name">What messages call the dataset.</param>
/// <param name="options">How to split.</param>
/// <param name="cancellationToken">Stops a long check.</param>
internal sealed class ImageListReader(string name, ImageFolderOptions options, CancellationToken cancellationToken)
{
    private readonly List<DatasetProblem> _problems = [];

    /// <summary>Reads the list.</summary>
    /// <exception cref="DatasetException">One cannot learn from these files.</exception>
    public ImageDataset Read(IEnumerable<(string Path, string Label)> images)
    {
        var list = images.ToList();
        foreach (var (path, label) in list)
        {
            if (string.IsNullOrEmpty(path) || string.IsNullOrEmpty(label))
                throw new ArgumentException($"A picture of '{name}' has an empty path or label: ('{path}', '{label}').", nameof(images));
        }

        string[] classes = [.. list.Select(image => image.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        ClassNames.ThrowIfAmbiguous(classes, name);
        var labels = classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        var filter = new PictureFilter(_problems);
        var builder = new DatasetBuilder(name, string.Empty, options, _problems);
        for (int i = 0; i < list.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Lists may come with the paths of one machine, so the position decides the split.
            if (Find(list[i].Path, i.ToString(CultureInfo.InvariantCulture)) is { } file && filter.Accepts(file))
                builder.Add(file, labels[list[i].Label], DatasetPart.Train);
        }

        return builder.Build(classes, splitValidation: true, splitTest: true, cancellationToken);
    }

    private FoundFile? Find(string path, string key)
    {
        // No file can have such a name, and the system's calls take it for a mistake of the program.
        if (path.Contains('\0', StringComparison.Ordinal))
            return LeftOut(path.Replace("\0", "\\0", StringComparison.Ordinal));
        string full = Path.GetFullPath(path);
        try
        {
            // The length of a link is that of the file it leads to.
            string? target = RealPath.Resolve(full);
            if (target is not null && File.Exists(target))
                return new FoundFile(full, key, new FileInfo(target).Length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Reported below with the others: a file that cannot be looked at is as good as missing.
        }

        return LeftOut(full);
    }

    private FoundFile? LeftOut(string path)
    {
        _problems.Add(new DatasetProblem(DatasetProblemKind.UnreadableFile, path, $"'{path}' does not exist or cannot be read; it is left out."));
        return null;
    }
}
