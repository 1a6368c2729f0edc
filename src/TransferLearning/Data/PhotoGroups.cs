namespace TransferLearning;

/// <summary>Keeps the boxes of a photo together: what is around a thing tells it again, so that a box must not be measured on that another taught.</summary>
internal static class PhotoGroups
{
    /// <summary>Joins the groups of pictures that are parts of one photo.</summary>
    /// <param name="files">The pictures.</param>
    /// <param name="firstOfEach">For each picture the first one of its group.</param>
    /// <param name="findCopies">Whether photos of equal content count as one.</param>
    /// <param name="cancellationToken">Stops the search for copies.</param>
    /// <returns>For each picture the first one of its group; <paramref name="firstOfEach"/> where there are no parts of photos.</returns>
    public static int[] Join(IReadOnlyList<FoundFile> files, int[] firstOfEach, bool findCopies, CancellationToken cancellationToken)
    {
        var firstOfPhoto = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] groups = [.. firstOfEach];
        for (int i = 0; i < files.Count; i++)
        {
            if (files[i].Content?.Photo is { } photo && !firstOfPhoto.TryAdd(photo, i))
                JoinedGroups.Join(groups, i, firstOfPhoto[photo]);
        }

        if (firstOfPhoto.Count == 0)
            return firstOfEach;
        if (findCopies)
        {
            FoundFile[] photos = [.. firstOfPhoto.Select(photo => new FoundFile(photo.Key, photo.Key, files[photo.Value].Length))];
            int[] same = DuplicateSearch.FirstOfEach(photos, cancellationToken);
            for (int i = 0; i < photos.Length; i++)
                JoinedGroups.Join(groups, firstOfPhoto[photos[i].Path], firstOfPhoto[photos[same[i]].Path]);
        }

        return [.. groups.Select(group => JoinedGroups.Root(groups, group))];
    }
}
