using System.Collections.Frozen;

namespace TransferLearning;

/// <summary>Files that may contain images and are not read: archives, stored arrays, films.</summary>
internal static class StoredImages
{
    private const int MostNames = 3;

    private static readonly FrozenDictionary<string, string> Remedies = new (string Remedy, string[] Extensions)[]
    {
        ("unpack", [".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"]),
        ("write the images to files, one folder for each class, from",
            [".parquet", ".arrow", ".tfrecord", ".h5", ".hdf5", ".npz", ".npy", ".mat", ".mdb", ".pkl", ".pt", ".rec", ".bin"]),
        ("take images, for instance with 'ffmpeg -i film.mp4 -r 1 film_%04d.jpg', from",
            [".mp4", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".wmv", ".mts", ".3gp"]),
        ("take images, for instance with 'pdftoppm -jpeg in.pdf out', from", [".pdf"]),
    }.SelectMany(kind => kind.Extensions.Select(extension => (Extension: extension, kind.Remedy)))
        .ToFrozenDictionary(entry => entry.Extension, entry => entry.Remedy, StringComparer.OrdinalIgnoreCase);

    /// <summary>What to do with such files, as sentences after another one; empty where there are none.</summary>
    public static string Describe(IEnumerable<string> files)
    {
        var sentences = files.Where(file => Remedies.ContainsKey(Path.GetExtension(file)))
            .GroupBy(file => Remedies[Path.GetExtension(file)], StringComparer.Ordinal)
            .Select(kind => (Remedy: kind.Key, Names: kind.Select(file => Path.GetFileName(file)).ToList()))
            .Select(kind => kind.Names.Count <= MostNames
                ? $" First {kind.Remedy} {ClassNames.List(kind.Names)}."
                : FormattableString.Invariant(
                    $" First {kind.Remedy} {ClassNames.List(kind.Names.Take(MostNames))} and {kind.Names.Count - MostNames} more."));
        return string.Concat(sentences);
    }
}
