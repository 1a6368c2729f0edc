namespace TransferLearning;

/// <summary>The errors for folders whose meaning is not clear: what was found, and every way to read it.</summary>
/// <param name="root">The folder that the caller named.</param>
/// <param name="reading">The problems so far, which the errors carry.</param>
internal sealed class LayoutErrors(LayoutFolder root, DatasetReading reading)
{
    public static DatasetRemedy Open(string folder) => new() { Kind = DatasetRemedyKind.ReadFolder, Value = folder };

    /// <summary>The subfolders could be classes or something else.</summary>
    public DatasetException Unclear(string finding, params DatasetRemedy[] others) =>
        Error(finding, [.. others, new DatasetRemedy { Kind = DatasetRemedyKind.ReadAsClasses }]);

    /// <summary>The subfolders could be classes or splits.</summary>
    public DatasetException ClassesOrSplits(IReadOnlyList<LayoutFolder> folders) => Error(
        $"'{root.Path}' has the folders {FolderLayout.Some([.. folders.Select(folder => folder.Name)])}, which may be splits or classes.",
        [new DatasetRemedy { Kind = DatasetRemedyKind.ReadAsSplits }, new DatasetRemedy { Kind = DatasetRemedyKind.ReadAsClasses }]);

    /// <summary>The images are in no class folder.</summary>
    /// <param name="folder">The folder with the images.</param>
    public DatasetException Flat(LayoutFolder folder)
    {
        var remedies = new List<DatasetRemedy>();
        string names = "";
        if (LabelsInNames.Propose(folder.ImageNames) is { } proposal)
        {
            names = $" The names look as if they started or ended with the class: {FolderLayout.Some(proposal.Labels)}.";
            remedies.Add(new DatasetRemedy { Kind = DatasetRemedyKind.LabelPattern, Value = proposal.Pattern });
        }

        string? table = Tables(folder.Path).Concat(folder.Path == root.Path ? [] : Tables(root.Path)).FirstOrDefault();
        if (table is not null)
            remedies.Add(new DatasetRemedy { Kind = DatasetRemedyKind.ReadTable, Value = table, Folder = folder.Path });
        return Error(
            FormattableString.Invariant(
                $"'{folder.Path}' has no class folders, but {folder.Images} images; put the images of each class ") +
            $"into a subfolder named after the class.{names}",
            remedies);
    }

    /// <summary>There is nothing to read.</summary>
    public DatasetException Empty(FolderWalk walk) => Error(
        $"'{root.Path}' has no class folders; put the images of each class into a subfolder named after the class." +
        StoredImages.Describe(walk.FilesBelow(root.Path).Select(file => file.Path)),
        walk.LinkedFolders.Count + walk.OutsideLinks > 0 ? [new DatasetRemedy { Kind = DatasetRemedyKind.FollowLinks }] : []);

    /// <summary>A split is a link that is not followed.</summary>
    public DatasetException LinkedSplit(string folder, string target) => Error(
        $"The split '{folder}' is a link to '{target}', which is not followed; other images do not replace it.",
        [new DatasetRemedy { Kind = DatasetRemedyKind.FollowLinks }]);

    /// <summary>An error with what was found and the remedies.</summary>
    public DatasetException Error(string finding, IReadOnlyList<DatasetRemedy> remedies) => new(finding, reading.Problems, remedies);

    /// <summary>The tables in a folder, those for training before others and those without labels last.</summary>
    private static IEnumerable<string> Tables(string folder) => Directory.EnumerateFiles(folder)
        .Where(file => !Path.GetFileName(file).StartsWith('.') && Path.GetExtension(file).ToUpperInvariant() switch
        {
            ".CSV" or ".TSV" => true,
            ".TXT" => NamesImages(file),
            _ => false,
        }).OrderBy(RankOf).ThenBy(file => file, StringComparer.Ordinal);

    private static int RankOf(string table)
    {
        string name = Path.GetFileNameWithoutExtension(table);
        if (name.Contains("submission", StringComparison.OrdinalIgnoreCase))
            return 3;
        return SplitNames.Read(name)?.Part switch { DatasetPart.Train => 0, null => 1, _ => 2 };
    }

    /// <summary>Whether a text is a table of images: its second line, as the first may be a header, starts with the name of one.</summary>
    private static bool NamesImages(string file)
    {
        try
        {
            return File.ReadLines(file).Take(2).LastOrDefault()?.Split(',', ';', '\t', '|', ' ') is [var name, _, ..]
                && ImageFormats.HasImageExtension(name.Trim('"', ' '));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
