namespace TransferLearning;

/// <summary>Which images a dataset has more than once: by their bytes, or saved anew; across splits, under two labels, or within one.</summary>
internal static class DuplicateFindings
{
    private const string RemoveRemedy = "Remove all but one.";

    /// <summary>Adds the findings, one for each group.</summary>
    public static void Add(
        DatasetInventory inventory,
        ImageExamination[] examined,
        DatasetCheckOptions options,
        List<DatasetFinding> findings,
        CancellationToken cancellationToken)
    {
        int[] contents = FirstOfEachContent(examined);
        // One image stands for its copies: each thumbnail is looked for once.
        var thumbnails = examined.Select((image, i) => options.FindReencoded && contents[i] == i ? image.Thumbnail : null).ToArray();
        int[] similar = SimilarSearch.FirstOfEach(thumbnails, cancellationToken);
        foreach (var group in Enumerable.Range(0, examined.Length).GroupBy(i => similar[contents[i]]).Where(group => group.Skip(1).Any()))
        {
            int[] members = [.. group];
            bool exact = members.All(member => contents[member] == contents[members[0]]);
            findings.Add(Of(inventory, members, exact));
        }

        AddSharedImages(inventory, findings);
    }

    /// <summary>Boxes are no copies of each other, but one tells what is around another on the same image.</summary>
    private static void AddSharedImages(DatasetInventory inventory, List<DatasetFinding> findings)
    {
        foreach (var image in inventory.Images.Where(image => image.File.Content?.Image is not null).GroupBy(image => image.File.Content!.Image!, StringComparer.Ordinal))
        {
            DatasetPart[] parts = [.. image.Select(image => image.Part).Distinct().Order()];
            if (parts.Length > 1)
            {
                findings.Add(new DatasetFinding(
                    DatasetFindingKind.DuplicateAcrossSplits,
                    FindingSeverity.Error,
                    [.. image.Select(image => image.File.Path)],
                    $"Boxes of '{image.Key}' are in the splits {string.Join(" and ", parts)}.",
                    "Remove the image from all splits but one: results on an image that was learned from are too good."));
            }
        }
    }

    private static int[] FirstOfEachContent(ImageExamination[] examined)
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
        var images = members.Select(member => inventory.Images[member]).ToList();
        string[] files = [.. images.Select(image => image.File.Path)];
        string what = FormattableString.Invariant($"{files.Length} files have {(exact ? "the same content" : "the same image, saved anew")}");
        string[] labels = [.. images.Select(image => inventory.Classes[image.Label]).Distinct(StringComparer.Ordinal)];
        if (labels.Length > 1)
        {
            return new DatasetFinding(
                DatasetFindingKind.ConflictingLabels,
                FindingSeverity.Error,
                files,
                $"{what}, but different labels: {ClassNames.List(labels)}.",
                "Keep the image in the right class and remove it from the others.");
        }

        DatasetPart[] parts = [.. images.Select(image => image.Part).Distinct().Order()];
        if (parts.Length > 1)
        {
            return new DatasetFinding(
                exact ? DatasetFindingKind.DuplicateAcrossSplits : DatasetFindingKind.NearDuplicateAcrossSplits,
                FindingSeverity.Error,
                files,
                $"{what}, in the splits {string.Join(" and ", parts)}.",
                "Remove the image from all splits but one: results on an image that was learned from are too good.");
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
