namespace TransferLearning;

/// <summary>Findings about images that belong together: likely series that a split would divide, and groups in two splits.</summary>
internal static class SeriesFindings
{
    /// <summary>Adds the findings.</summary>
    public static void Add(
        DatasetInventory inventory, ImageExamination[] examined, List<DatasetFinding> findings, CancellationToken cancellationToken)
    {
        if (inventory.IsGrouped)
        {
            AddDivided(inventory, findings);
            AddSingle(inventory, findings);
        }
        else if (Find(inventory, examined, cancellationToken) is { } found)
            findings.Add(Of(inventory, found));
    }

    private static LikelySeries? Find(DatasetInventory inventory, ImageExamination[] examined, CancellationToken cancellationToken)
    {
        var train = Enumerable.Range(0, examined.Length).Where(i => inventory.Images[i].Part == DatasetPart.Train).ToList();
        if (inventory.Splits.Contains(DatasetPart.Validation))
            return null;
        string[] keys = [.. train.Select(i => inventory.Images[i].File.Key)];
        int[] labels = [.. train.Select(i => inventory.Images[i].Label)];
        return SeriesSearch.Find(keys, labels, i => examined[train[i]].Thumbnail, cancellationToken);
    }

    private static DatasetFinding Of(DatasetInventory inventory, LikelySeries found) => new()
    {
        Kind = DatasetFindingKind.LikelySeries,
        Severity = FindingSeverity.Warning,
        Files = [inventory.Path],
        Message = found.Finding,
        Remedy = found.Remedy,
    };

    private static void AddSingle(DatasetInventory inventory, List<DatasetFinding> findings)
    {
        var train = inventory.Images.Where(image => image.Part == DatasetPart.Train)
            .Select(image => (image.Label, (object?)image.File.Group ?? image));
        if (SingleGroups.Describe(inventory.Name, inventory.Classes, train) is not { } finding)
            return;
        findings.Add(new DatasetFinding
        {
            Kind = DatasetFindingKind.SingleGroup,
            Severity = FindingSeverity.Warning,
            Files = [inventory.Path],
            Message = $"{finding}.",
            Remedy = $"Better {SingleGroups.Remedy}.",
        });
    }

    private static void AddDivided(DatasetInventory inventory, List<DatasetFinding> findings)
    {
        foreach (var group in inventory.Images.Where(image => image.File.Group is not null)
            .GroupBy(image => image.File.Group!, StringComparer.Ordinal))
        {
            DatasetPart[] parts = [.. group.Select(image => image.Part).Distinct().Order()];
            if (parts.Length > 1)
            {
                findings.Add(new DatasetFinding
                {
                    Kind = DatasetFindingKind.GroupAcrossSplits,
                    Severity = FindingSeverity.Error,
                    Files = [.. group.Select(image => image.File.Path)],
                    Message = $"Images of the group '{group.Key}' are in the splits {string.Join(" and ", parts)}.",
                    Remedy = "Put all images of a group into one split: results on the other one are too optimistic.",
                });
            }
        }
    }
}
