namespace TransferLearning;

/// <summary>
/// Reads the layouts of ImageNet: <c>train/&lt;synset&gt;</c> with images in it or in a subfolder <c>images</c>, and <c>val</c> with the
/// same folders (ImageNet) or with an annotations file (Tiny-ImageNet). The class names come from a file of synsets if there is one.
/// </summary>
internal sealed class ImageNetReader(string root, ImageFolderOptions options, DatasetReading reading)
{
    private const string AnnotationsName = "val_annotations.txt";

    private static readonly string[] NameFiles = ["words.txt", "LOC_synset_mapping.txt", "synset_words.txt"];

    /// <summary>Reads the folder.</summary>
    public ImageDataset Read()
    {
        DatasetFolder.Require(root, "'train' and 'val'");
        string train = Path.Combine(root, "train");
        var walk = new FolderWalk(root, reading);
        var filter = new ImageFilter(reading);
        var folders = Directory.Exists(train) ? walk.Folders(train) : [];
        if (folders.Count == 0)
            throw new DatasetException($"'{root}' has no folder 'train' with a folder for each synset; give the folder that contains it.");
        string[] synsets = [.. folders.Select(folder => Path.GetFileName(folder))];
        var labels = synsets.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        string[] classes = NamesOf(synsets);
        var builder = new DatasetBuilder(Path.GetFileName(root), root, options, reading);
        foreach (var (label, folder) in folders.Index())
        {
            foreach (var file in filter.Among(walk.FilesBelow(folder)))
                builder.Add(file, label, DatasetPart.Train);
        }

        bool hasValidation = AddValidation(builder, walk, filter, labels);
        return builder.Build(classes, splitValidation: !hasValidation, splitTest: true);
    }

    private bool AddValidation(DatasetBuilder builder, FolderWalk walk, ImageFilter filter, Dictionary<string, int> labels)
    {
        string folder = Path.Combine(root, "val");
        if (!Directory.Exists(folder))
            return false;
        string annotations = Path.Combine(folder, AnnotationsName);
        var ofFile = File.Exists(annotations) ? ReadAnnotations(annotations, labels) : null;
        foreach (var file in filter.Among(walk.FilesBelow(folder)))
        {
            string name = ofFile is null ? file.Key.Split('/')[1] : Path.GetFileName(file.Path);
            if (ofFile is null ? labels.TryGetValue(name, out int label) : ofFile.TryGetValue(name, out label))
            {
                builder.Add(file, label, DatasetPart.Validation);
                continue;
            }

            throw new DatasetException(ofFile is null
                ? $"'{file.Path}' is in no folder that is named after a synset of 'train', and there is no '{AnnotationsName}'; move it, " +
                    "or add the annotations."
                : $"'{annotations}' has no line for '{name}'; complete it or remove the image.");
        }

        return true;
    }

    private Dictionary<string, int> ReadAnnotations(string path, Dictionary<string, int> labels)
    {
        var ofFile = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (index, line) in File.ReadLines(path).Index())
        {
            reading.CancellationToken.ThrowIfCancellationRequested();
            if (string.IsNullOrWhiteSpace(line))
                continue;
            string[] cells = line.Split('\t');
            if (cells.Length < 2 || !labels.TryGetValue(cells[1].Trim(), out int label))
            {
                throw new DatasetException(FormattableString.Invariant(
                    $"Line {index + 1} of '{path}' is '{line}'; expected are a file name, a tab and a synset of 'train'."));
            }

            ofFile[cells[0]] = label;
        }

        return ofFile;
    }

    /// <summary>
    /// The first name of each synset, followed by the synset where names repeat; the synset itself where there is no name.
    /// </summary>
    private string[] NamesOf(string[] synsets)
    {
        string? file = NameFiles.Select(name => Path.Combine(root, name)).FirstOrDefault(File.Exists);
        if (file is null)
            return synsets;
        var wanted = synsets.ToHashSet(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(file))
        {
            int end = line.AsSpan().IndexOfAny('\t', ' ');
            if (end > 0 && wanted.Contains(line[..end]))
                names[line[..end]] = line[(end + 1)..].Split(',')[0].Trim();
        }

        // ImageNet has two classes "crane" and two "maillot"; names that differ only in case count as equal too.
        var counts = names.Values.CountBy(ClassNames.Composed, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. synsets.Select(synset => !names.TryGetValue(synset, out string? name) || name.Length == 0
                ? synset
                : counts[ClassNames.Composed(name)] == 1 ? name : $"{name} ({synset})"),
        ];
    }
}
