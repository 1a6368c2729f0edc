namespace TransferLearning;

/// <summary>Findings about the classes of a dataset: their names and numbers of images.</summary>
internal static class ClassFindings
{
    /// <summary>The readers refuse a class with fewer images.</summary>
    private const int FewestImages = 2;

    /// <summary>Adds the findings.</summary>
    public static void Add(DatasetInventory inventory, DatasetCheckOptions options, List<DatasetFinding> findings)
    {
        AddClashes(inventory, findings);
        if (inventory.Classes.Count < 2)
        {
            findings.Add(new DatasetFinding
            {
                Kind = DatasetFindingKind.TooFewClasses,
                Severity = FindingSeverity.Error,
                Files = [inventory.Path],
                Message = FormattableString.Invariant($"'{inventory.Name}' has fewer than two classes: {inventory.Classes.Count}."),
                Remedy = "Put the images of each class into their own folder; a classifier needs at least two classes.",
            });
        }

        AddEmptyFolders(inventory, findings);
        var counts = Counts(inventory, DatasetPart.Train);
        for (int label = 0; label < counts.Length; label++)
            AddSmallClass(inventory, label, counts[label], options, findings);
        AddImbalance(inventory, counts, options, findings);
        foreach (var part in inventory.Splits.Where(part => part != DatasetPart.Train).Order())
            AddMissing(inventory, part, counts, findings);
    }

    private static int[] Counts(DatasetInventory inventory, DatasetPart part)
    {
        var counts = new int[inventory.Classes.Count];
        foreach (var image in inventory.Images.Where(image => image.Part == part))
            counts[image.Label]++;
        return counts;
    }

    private static void AddClashes(DatasetInventory inventory, List<DatasetFinding> findings)
    {
        var sameNames = inventory.Classes.GroupBy(name => name, ClassNames.SameLook);
        foreach (var clash in sameNames.Where(group => group.Skip(1).Any()))
        {
            findings.Add(new DatasetFinding
            {
                Kind = DatasetFindingKind.ClashingNames,
                Severity = FindingSeverity.Error,
                Files = [.. clash.Select(name => Folder(inventory, name))],
                Message = $"The classes {ClassNames.List(clash)} differ only in case, Unicode normalization or spaces.",
                Remedy = "Merge the folders, or rename all but one.",
            });
        }
    }

    private static void AddEmptyFolders(DatasetInventory inventory, List<DatasetFinding> findings)
    {
        foreach (var folder in inventory.Layout?.LeftOut ?? [])
        {
            findings.Add(new DatasetFinding
            {
                Kind = DatasetFindingKind.LeftOut,
                Severity = FindingSeverity.Note,
                Files = [folder.Path],
                Message = $"'{folder.Path}' is left out: {folder.Reason}.",
                Remedy = folder.HasImages
                    ? "Nothing here: a trained classifier can predict these images. To use them otherwise, sort them into class folders."
                    : "Nothing here, unless it should be a class: then add images.",
            });
        }
    }

    private static void AddSmallClass(
        DatasetInventory inventory, int label, int count, DatasetCheckOptions options, List<DatasetFinding> findings)
    {
        string name = inventory.Classes[label];
        bool isElsewhere = count == 0 && inventory.Images.Any(image => image.Label == label);
        if (isElsewhere)
        {
            findings.Add(new DatasetFinding
            {
                Kind = DatasetFindingKind.UnknownClass,
                Severity = FindingSeverity.Error,
                Files = [Folder(inventory, name)],
                Message = $"The class '{name}' has validation or test images, but no training images.",
                Remedy = "Add training images in a folder of this name, or rename or remove the others.",
            });
        }
        else if (count == 0)
        {
            findings.Add(new DatasetFinding
            {
                Kind = DatasetFindingKind.EmptyClass,
                Severity = FindingSeverity.Error,
                Files = [Folder(inventory, name)],
                Message = $"The class '{name}' has no images.",
                Remedy = "Add images, or remove the folder.",
            });
        }
        else if (count < options.FewImages)
        {
            findings.Add(new DatasetFinding
            {
                Kind = DatasetFindingKind.FewImages,
                Severity = count < FewestImages ? FindingSeverity.Error : FindingSeverity.Warning,
                Files = [Folder(inventory, name)],
                Message = FormattableString.Invariant($"The class '{name}' has only {count} training images."),
                Remedy = FormattableString.Invariant(
                    $"Add images: results are unreliable below {options.FewImages}, and training needs {FewestImages}."),
            });
        }
    }

    private static void AddImbalance(DatasetInventory inventory, int[] counts, DatasetCheckOptions options, List<DatasetFinding> findings)
    {
        var filled = Enumerable.Range(0, counts.Length).Where(label => counts[label] > 0).ToList();
        if (filled.Count < 2)
            return;
        int least = filled.MinBy(label => counts[label]);
        int most = filled.MaxBy(label => counts[label]);
        if (counts[most] > options.Imbalance * counts[least])
        {
            findings.Add(new DatasetFinding
            {
                Kind = DatasetFindingKind.Imbalance,
                Severity = FindingSeverity.Warning,
                Files = [Folder(inventory, inventory.Classes[most]), Folder(inventory, inventory.Classes[least])],
                Message = FormattableString.Invariant(
                    $"'{inventory.Classes[most]}' has {counts[most]} training images, '{inventory.Classes[least]}' has {counts[least]}."),
                Remedy =
                    "Add images of the small classes, or train with balanced class weights; and compare recall by class instead of " +
                    "accuracy.",
            });
        }
    }

    private static void AddMissing(DatasetInventory inventory, DatasetPart part, int[] trainCounts, List<DatasetFinding> findings)
    {
        var counts = Counts(inventory, part);
        var missing = Enumerable.Range(0, counts.Length).Where(label => counts[label] == 0 && trainCounts[label] > 0).ToList();
        if (missing.Count > 0)
        {
            findings.Add(new DatasetFinding
            {
                Kind = DatasetFindingKind.MissingFromSplit,
                Severity = FindingSeverity.Warning,
                Files = [.. missing.Select(label => Folder(inventory, inventory.Classes[label]))],
                Message = $"The {part} split has no image of {ClassNames.List(missing.Select(label => inventory.Classes[label]))}.",
                Remedy = "Add images there: the split cannot measure these classes.",
            });
        }
    }

    /// <summary>The folder of a class; its name if it has none.</summary>
    private static string Folder(DatasetInventory inventory, string name) => inventory.ClassFolders.GetValueOrDefault(name, name);
}
