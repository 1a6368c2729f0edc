namespace TransferLearning;

/// <summary>Which pictures a dataset has more than once: by their bytes, or saved anew; across splits, under two labels, or within one.</summary>
internal static class DuplicateFindings
{
    private const string RemoveRemedy = "Remove all but one.";

    /// <summary>Adds the findings, one for each group.</summary>
    public static void Add(
        DatasetInventory inventory,
        PictureExamination[] examined,
        DatasetCheckOptions options,
        List<DatasetFinding> findings,
        CancellationToken cancellationToken)
    {
        int[] contents = FirstOfEachContent(examined);
        // One picture stands for its copies: each thumbnail is looked for once.
        var thumbnails = examined.Select((picture, i) => options.FindReencoded && contents[i] == i ? picture.Thumbnail : null).ToArray();
        int[] similar = SimilarSearch.FirstOfEach(thumbnails, cancellationToken);
        foreach (var group in Enumerable.Range(0, examined.Length).GroupBy(i => similar[contents[i]]).Where(group => group.Skip(1).Any()))
        {
            int[] members = [.. group];
            bool exact = members.All(member => contents[member] == contents[members[0]]);
            findings.Add(Of(inventory, members, exact));
        }

        AddSharedPhotos(inventory, findings);
    }

    /// <summary>Boxes are no copies of each other, but one tells what is around another on the same photo.</summary>
    private static void AddSharedPhotos(DatasetInventory inventory, List<DatasetFinding> findings)
    {
        foreach (var photo in inventory.Pictures.Where(picture => picture.File.Content?.Photo is not null).GroupBy(picture => picture.File.Content!.Photo!, StringComparer.Ordinal))
        {
            DatasetPart[] parts = [.. photo.Select(picture => picture.Part).Distinct().Order()];
            if (parts.Length > 1)
            {
                findings.Add(new DatasetFinding(
                    DatasetFindingKind.DuplicateAcrossSplits,
                    FindingSeverity.Error,
                    [.. photo.Select(picture => picture.File.Path)],
                    $"Boxes of '{photo.Key}' are in the splits {string.Join(" and ", parts)}.",
                    "Remove the photo from all splits but one: results on a photo that was learned from are too good."));
            }
        }
    }

    private static int[] FirstOfEachContent(PictureExamination[] examined)
    {
        var seen = new Dictionary<UInt128, int>();
        var first = new int[examined.Length];
        for (int i = 0; i < first.Length; i++)
        {
            // A file that cannot be read equals nothing.
            first[i] = i;
            if (examined[i].Hash is { } hash && !seen.TryAdd(hash, i))
                first[i] = seen[hash];
        }

        return first;
    }

    private static DatasetFinding Of(DatasetInventory inventory, int[] members, bool exact)
    {
        var pictures = members.Select(member => inventory.Pictures[member]).ToList();
        string[] files = [.. pictures.Select(picture => picture.File.Path)];
        string what = FormattableString.Invariant($"{files.Length} files have {(exact ? "the same content" : "the same picture, saved anew")}");
        string[] labels = [.. pictures.Select(picture => inventory.Classes[picture.Label]).Distinct(StringComparer.Ordinal)];
        if (labels.Length > 1)
        {
            return new DatasetFinding(
                DatasetFindingKind.ConflictingLabels,
                FindingSeverity.Error,
                files,
                $"{what}, but different labels: {ClassNames.List(labels)}.",
                "Keep the picture in the right class and remove it from the others.");
        }

        DatasetPart[] parts = [.. pictures.Select(picture => picture.Part).Distinct().Order()];
        if (parts.Length > 1)
        {
            return new DatasetFinding(
                exact ? DatasetFindingKind.DuplicateAcrossSplits : DatasetFindingKind.NearDuplicateAcrossSplits,
                FindingSeverity.Error,
                files,
                $"{what}, in the splits {string.Join(" and ", parts)}.",
                "Remove the picture from all splits but one: results on a picture that was learned from are too good.");
        }

        bool willBeSplit = inventory.Splits.Count == 1;
        return exact
            ? new DatasetFinding(DatasetFindingKind.Duplicate, FindingSeverity.Note, files, $"{what}.", RemoveRemedy)
            : new DatasetFinding(
                DatasetFindingKind.NearDuplicate,
                willBeSplit ? FindingSeverity.Warning : FindingSeverity.Note,
                files,
                $"{what}.",
                willBeSplit
                    ? $"Remove all but one, or split with {nameof(ImageFolderOptions)}.{nameof(ImageFolderOptions.FindReencoded)}, which keeps them together."
                    : RemoveRemedy);
    }
}
