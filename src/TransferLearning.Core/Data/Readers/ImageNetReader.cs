namespace TransferLearning;

/// <summary>
/// Reads the layouts of ImageNet: <c>train/&lt;synset&gt;</c> with images there or in a folder <c>images</c> below, and <c>val</c> with
/// the same folders (ImageNet) or with an annotations file (Tiny-ImageNet). The names of the synsets come from a file where there is one.
/// </summary>
internal sealed class ImageNetReader(string root, ImageFolderOptions options, CancellationToken cancellationToken)
{
    private const string AnnotationsName = "val_annotations.txt";

    private static readonly string[] NameFiles = ["words.txt", "LOC_synset_mapping.txt", "synset_words.txt"];

    private readonly List<DatasetProblem> _problems = [];

    /// <summary>Reads the folder.</summary>
    public ImageDataset Read()
    {
        ImageFolderReader.ThrowIfNoFolder(root);
        string train = Path.Combine(root, "train");
        var walk = new FolderWalk(root, _problems, cancellationToken);
        var filter = new ImageFilter(_problems);
        var folders = Directory.Exists(train) ? walk.Folders(train) : [];
        if (folders.Count == 0)
            throw new DatasetException($"'{root}' has no folder 'train' with a folder for each synset.");
        string[] synsets = [.. folders.Select(folder => Path.GetFileName(folder))];
        var labels = synsets.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        string[] classes = NamesOf(synsets);
        var builder = new DatasetBuilder(Path.GetFileName(root), root, options, _problems);
        foreach (var (label, folder) in folders.Index())
        {
            foreach (var file in walk.FilesBelow(folder).Where(filter.Accepts))
                builder.Add(file, label, DatasetPart.Train);
        }

        bool hasValidation = AddValidation(builder, walk, filter, labels);
        return builder.Build(classes, splitValidation: !hasValidation, splitTest: true, cancellationToken);
    }

    private bool AddValidation(DatasetBuilder builder, FolderWalk walk, ImageFilter filter, Dictionary<string, int> labels)
    {
        string folder = Path.Combine(root, "val");
        if (!Directory.Exists(folder))
            return false;
        string annotations = Path.Combine(folder, AnnotationsName);
        var ofFile = File.Exists(annotations) ? ReadAnnotations(annotations, labels) : null;
        foreach (var file in walk.FilesBelow(folder).Where(filter.Accepts))
        {
            string name = ofFile is null ? file.Key.Split('/')[1] : Path.GetFileName(file.Path);
            if (ofFile is null ? labels.TryGetValue(name, out int label) : ofFile.TryGetValue(name, out label))
            {
                builder.Add(file, label, DatasetPart.Validation);
                continue;
            }

            throw new DatasetException(ofFile is null
                ? $"'{file.Path}' is in no folder of a synset of 'train', and there is no '{AnnotationsName}' that says what it is."
                : $"'{annotations}' has no line for '{name}'; complete it or remove the image.");
        }

        return true;
    }

    private Dictionary<string, int> ReadAnnotations(string path, Dictionary<string, int> labels)
    {
        var ofFile = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (index, line) in File.ReadLines(path).Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (string.IsNullOrWhiteSpace(line))
                continue;
            string[] cells = line.Split('\t');
            if (cells.Length < 2 || !labels.TryGetValue(cells[1].Trim(), out int label))
            {
                throw new DatasetException(FormattableString.Invariant(
                    $"Line {index + 1} of '{path}' is '{line}'; a file name, a tab and a synset that 'train' has a folder for are expected."));
            }

            ofFile[cells[0]] = label;
        }

        return ofFile;
    }

    /// <summary>The first name of each synset; the synset itself where there is none, and behind it where a name is not the only one.</summary>
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

        // ImageNet has two cranes and two maillots; names that are equal but for case count as equal too.
        var counts = names.Values.CountBy(ClassNames.Composed, StringComparer.OrdinalIgnoreCase).ToDictionary(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. synsets.Select(synset => !names.TryGetValue(synset, out string? name) || name.Length == 0 ? synset
                : counts[ClassNames.Composed(name)] == 1 ? name : $"{name} ({synset})"),
        ];
    }
}
