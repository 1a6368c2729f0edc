namespace TransferLearning;

/// <summary>
/// Keeps the crops of a source image together: crops share their surroundings, so training on one makes results on another too optimistic.
/// </summary>
internal static class SourceImageGroups
{
    /// <summary>Joins the groups of crops that come from one source image.</summary>
    /// <param name="files">The images, some of which may be crops.</param>
    /// <param name="firstOfEach">For each image the index of the first one of its group.</param>
    /// <param name="findCopies">Whether source images of equal content count as one.</param>
    /// <param name="cancellationToken">Stops the search for copies.</param>
    /// <returns>For each image the index of the first one of its group; <paramref name="firstOfEach"/> if there are no crops.</returns>
    public static int[] Join(IReadOnlyList<FoundFile> files, int[] firstOfEach, bool findCopies, CancellationToken cancellationToken)
    {
        var firstOfImage = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] groups = [.. firstOfEach];
        for (int i = 0; i < files.Count; i++)
        {
            if (files[i].Content?.SourceImage is { } image && !firstOfImage.TryAdd(image, i))
                JoinedGroups.Join(groups, i, firstOfImage[image]);
        }

        if (firstOfImage.Count == 0)
            return firstOfEach;
        if (findCopies)
        {
            FoundFile[] images = [.. firstOfImage.Select(image => new FoundFile(image.Key, image.Key, files[image.Value].Length))];
            int[] same = DuplicateSearch.FirstOfEach(images, cancellationToken);
            for (int i = 0; i < images.Length; i++)
                JoinedGroups.Join(groups, firstOfImage[images[i].Path], firstOfImage[images[same[i]].Path]);
        }

        return [.. groups.Select(group => JoinedGroups.Root(groups, group))];
    }
}
