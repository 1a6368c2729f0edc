namespace TransferLearning;

/// <summary>Which images belong together; for each image the index of the first image of its group.</summary>
/// <param name="Contents">Images with the same content.</param>
/// <param name="Copies">Images with the same content, and the same image encoded differently where that was searched for.</param>
/// <param name="Together">Copies, all crops of one source image, and groups of the caller: these must be in the same split.</param>
internal sealed record CopyGroups(int[] Contents, int[] Copies, int[] Together)
{
    /// <summary>Searches for copies.</summary>
    /// <param name="files">The images.</param>
    /// <param name="findDuplicates">Whether to search for equal content.</param>
    /// <param name="findReencoded">Whether to search for the same image encoded differently, which decodes every image.</param>
    /// <param name="reading">Receives progress, and stops the search.</param>
    public static CopyGroups Find(IReadOnlyList<FoundFile> files, bool findDuplicates, bool findReencoded, DatasetReading reading)
    {
        int[] contents = findDuplicates
            ? DuplicateSearch.FirstOfEach(files, reading.CancellationToken)
            : [.. Enumerable.Range(0, files.Count)];
        int[] copies = findReencoded ? SimilarImages.FirstOfEach(files, contents, reading) : contents;
        int[] together = SourceImageGroups.Join(files, copies, findDuplicates, reading.CancellationToken);
        return new CopyGroups(contents, copies, JoinNamed(files, together));
    }

    /// <summary>Joins the images whose groups have the same name.</summary>
    private static int[] JoinNamed(IReadOnlyList<FoundFile> files, int[] firstOfEach)
    {
        var firstOfGroup = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] groups = [.. firstOfEach];
        for (int i = 0; i < files.Count; i++)
        {
            if (files[i].Group is { } group && !firstOfGroup.TryAdd(group, i))
                JoinedGroups.Join(groups, i, firstOfGroup[group]);
        }

        return firstOfGroup.Count == 0 ? firstOfEach : [.. groups.Select(group => JoinedGroups.Root(groups, group))];
    }
}
