namespace TransferLearning;

/// <summary>
/// The files that the paths of a table mean. A table was often written for another place than the one where the images are now: with paths
/// from a subfolder, from a folder above, or of another computer. A path that is no file stands for the only file below the folder whose
/// path agrees with all of it.
/// </summary>
/// <param name="folder">The full path of the folder that paths are relative to.</param>
/// <param name="extension">The extension of paths that have none; null for the usual ones.</param>
/// <param name="cancellationToken">Stops the listing.</param>
internal sealed class TableFiles(string folder, string? extension, CancellationToken cancellationToken)
{
    private ILookup<string, FoundFile>? _byName;

    /// <summary>The full path of the file; where there is none, of the file that is missing.</summary>
    /// <param name="cell">The path in the table.</param>
    public string Find(string cell)
    {
        string given = cell.Replace('\\', '/');
        string path = Path.Combine(folder, given);
        string[] endings = ["", .. extension is null ? ImageFormats.UsualExtensions : [extension]];
        return endings.Select(end => path + end).FirstOrDefault(File.Exists)
            ?? endings.Select(end => Below(given + end)).FirstOrDefault(file => file is not null)
            ?? path;
    }

    /// <summary>The only file whose path ends with all of the given one, or whose path from the folder on is the end of it.</summary>
    private string? Below(string given)
    {
        if (!Directory.Exists(folder))
            return null;
        _byName ??= new FolderWalk(folder, new DatasetReading(progress: null, cancellationToken)).FilesBelow(folder)
            .ToLookup(file => Path.GetFileName(file.Path), StringComparer.OrdinalIgnoreCase);
        string end = "/" + given.TrimStart('.').TrimStart('/');
        bool isElsewhere = given.StartsWith('/') || given.Contains(':', StringComparison.Ordinal);
        var named = _byName[given[(given.LastIndexOf('/') + 1)..]];

        // A table that was made on Windows may write IMG_1.jpg where the file is IMG_1.JPG.
        string[] found = Agreeing(StringComparison.Ordinal) is { Length: > 0 } exact ? exact : Agreeing(StringComparison.OrdinalIgnoreCase);
        return found is [var only] ? only : null;

        string[] Agreeing(StringComparison comparison) =>
        [
            .. named.Where(file => file.Path.Replace('\\', '/').EndsWith(end, comparison)
                || isElsewhere && end.EndsWith("/" + file.Key, comparison)).Select(file => file.Path).Take(2),
        ];
    }
}
