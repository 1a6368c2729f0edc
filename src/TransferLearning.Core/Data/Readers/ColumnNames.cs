using System.Collections.Frozen;

namespace TransferLearning;

/// <summary>The names that people give to the columns of tables of images, without signs between the words and in lower case.</summary>
internal static class ColumnNames
{
    private static readonly FrozenSet<string> Paths = FrozenSet.Create(
        StringComparer.Ordinal,
        "path", "paths", "file", "files", "filename", "filenames", "filepath", "filepaths", "image", "images", "imagepath", "imageid",
        "imagename", "imagefile", "imagefilename", "imageindex", "img", "imgpath", "imgid", "imgname", "imgfile", "picture", "photo", "id",
        "fname", "datei", "bild");

    private static readonly FrozenSet<string> Labels = FrozenSet.Create(
        StringComparer.Ordinal,
        "label", "labels", "labelname", "class", "classes", "classname", "classlabel", "category", "categories", "categoryname", "target",
        "breed", "species", "diagnosis", "dx", "findinglabels", "tag", "tags", "y", "klasse");

    /// <summary>Whether a header names the images.</summary>
    public static bool IsPath(string header) => Paths.Contains(Plain(header));

    /// <summary>Whether a header names the classes.</summary>
    public static bool IsLabel(string header) => Labels.Contains(Plain(header));

    private static string Plain(string header) => string.Concat(header.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
