namespace TransferLearning;

/// <summary>
/// Findings about images that a dataset has more than once: equal files or different encodings, across splits, with different labels, or in
/// one split.
/// </summary>
internal static class DuplicateFindings
{
    private const string RemoveRemedy = "Remove all but one.";
    private const string SeriesRemedy = "Nothing, if they are of one series that stays together. Otherwise remove all but one.";
    private const string OneSplitRemedy = "Remove the image from all splits but one: results on training images are too optimistic.";

    /// <summary>Adds the findings, one for each group.</summary>
    public static void Add(
        DatasetInventory inventory,
        ImageExamination[] examined,
        DatasetCheckOptions options,
        List<DatasetFinding> findings,
        CancellationToken cancellationToken)
    {
        int[] contents = FirstOfEachContent(examined);
        // One image represents its copies: each thumbnail is searched for once.
        var thumbnails = examined.Select((image, i) =>
            options.FindReencoded && contents[i] == i ? image.Thumbnail : null).ToArray();
        int[] similar = SimilarSearch.FirstOfEach(thumbnails, cancellationToken);
        bool isSeries = findings.Exists(finding => finding.Kind == DatasetFindingKind.LikelySeries);
        foreach (var group in Enumerable.Range(0, examined.Length).GroupBy(i => similar[contents[i]]).Where(group => group.Skip(1).Any()))
        {
            int[] members = [.. group];
            bool exact = members.All(member => contents[member] == contents[members[0]]);
            findings.Add(Of(inventory, members, exact, isSeries));
        }

        AddSharedSourceImages(inventory, findings);
    }

    /// <summary>Crops of one source image are not copies, but they share their surroundings.</summary>
    private static void AddSharedSourceImages(DatasetInventory inventory, List<DatasetFinding> findings)
    {
        var crops = inventory.Images.Where(image => image.File.Content?.SourceImage is not null);
        foreach (var source in crops.GroupBy(crop => crop.File.Content!.SourceImage!, StringComparer.Ordinal))
        {
            DatasetPart[] parts = [.. source.Select(crop => crop.Part).Distinct().Order()];
            if (parts.Length > 1)
            {
                findings.Add(new DatasetFinding
                {
                    Kind = DatasetFindingKind.DuplicateAcrossSplits,
                    Severity = FindingSeverity.Error,
                    Files = [.. source.Select(crop => crop.File.Path)],
                    Message = $"Boxes of '{source.Key}' are in the splits {string.Join(" and ", parts)}.",
                    Remedy = OneSplitRemedy,
                });
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

    private static DatasetFinding Of(DatasetInventory inventory, int[] members, bool exact, bool isSeries)
    {
        var images = members.Select(member => inventory.Images[member]).ToList();
        string[] files = [.. images.Select(image => image.File.Path)];
        bool isOneFile = Array.TrueForAll(files, file => file == files[0]);
        string what = isOneFile
            ? FormattableString.Invariant($"'{files[0]}' is listed {files.Length} times")
            : FormattableString.Invariant(
                $"{files.Length} files have {(exact ? "the same content" : "the same image, encoded differently")}");
        files = isOneFile ? [files[0]] : files;
        string[] labels = [.. images.Select(image => inventory.Classes[image.Label]).Distinct(StringComparer.Ordinal)];
        if (labels.Length > 1)
        {
            return new DatasetFinding
            {
                Kind = DatasetFindingKind.ConflictingLabels,
                Severity = FindingSeverity.Error,
                Files = files,
                Message = $"{what}, {(isOneFile ? "with" : "but")} different labels: {ClassNames.List(labels)}.",
                Remedy = "Keep the image in the right class and remove it from the others; or, if it shows several, move it to a class " +
                    "of its own.",
            };
        }

        DatasetPart[] parts = [.. images.Select(image => image.Part).Distinct().Order()];
        if (parts.Length > 1)
        {
            return new DatasetFinding
            {
                Kind = exact ? DatasetFindingKind.DuplicateAcrossSplits : DatasetFindingKind.NearDuplicateAcrossSplits,
                Severity = FindingSeverity.Error,
                Files = files,
                Message = $"{what}, in the splits {string.Join(" and ", parts)}.",
                Remedy = OneSplitRemedy,
            };
        }

        bool willBeSplit = inventory.Splits.Count == 1;
        return exact
            ? new DatasetFinding
            {
                Kind = DatasetFindingKind.Duplicate,
                Severity = FindingSeverity.Note,
                Files = files,
                Message = $"{what}.",
                Remedy = RemoveRemedy,
            }
            : new DatasetFinding
            {
                Kind = DatasetFindingKind.NearDuplicate,
                Severity = willBeSplit ? FindingSeverity.Warning : FindingSeverity.Note,
                Files = files,
                Message = $"{what}.",
                Remedy = isSeries
                    ? SeriesRemedy
                    : willBeSplit
                    ? $"Remove all but one, or split with {nameof(ImageFolderOptions)}.{nameof(ImageFolderOptions.FindReencoded)}, which " +
                        "keeps them together."
                    : RemoveRemedy,
            };
    }
}
