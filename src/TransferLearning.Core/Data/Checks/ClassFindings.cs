namespace TransferLearning;

/// <summary>What is remarkable of the classes of a dataset: their names and how many images they have.</summary>
internal static class ClassFindings
{
    /// <summary>With fewer images nothing can be learned of a class, and the readers refuse it.</summary>
    private const int FewestImages = 2;

    /// <summary>Adds the findings.</summary>
    public static void Add(DatasetInventory inventory, DatasetCheckOptions options, List<DatasetFinding> findings)
    {
        AddClashes(inventory, findings);
        if (inventory.Classes.Count < 2)
        {
            findings.Add(new DatasetFinding(
                DatasetFindingKind.TooFewClasses,
                FindingSeverity.Error,
                [inventory.Path],
                FormattableString.Invariant($"'{inventory.Name}' has {inventory.Classes.Count} class."),
                "Give each class a folder of its own; a classifier needs at least two."));
        }

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
        foreach (var clash in inventory.Classes.GroupBy(ClassNames.Composed, StringComparer.OrdinalIgnoreCase).Where(group => group.Skip(1).Any()))
        {
            findings.Add(new DatasetFinding(
                DatasetFindingKind.ClashingNames,
                FindingSeverity.Error,
                [.. clash.Select(name => Folder(inventory, name))],
                $"The classes {ClassNames.List(clash)} are equal but for case or Unicode form.",
                "Merge the folders, or rename all but one."));
        }
    }

    private static void AddSmallClass(DatasetInventory inventory, int label, int count, DatasetCheckOptions options, List<DatasetFinding> findings)
    {
        string name = inventory.Classes[label];
        bool elsewhere = count == 0 && inventory.Images.Any(image => image.Label == label);
        if (elsewhere)
        {
            findings.Add(new DatasetFinding(
                DatasetFindingKind.UnknownClass,
                FindingSeverity.Error,
                [Folder(inventory, name)],
                $"The class '{name}' has validation or test images, but no training images.",
                "Add training images in a folder of this name, or rename or remove the others."));
        }
        else if (count == 0)
        {
            findings.Add(new DatasetFinding(
                DatasetFindingKind.EmptyClass,
                FindingSeverity.Error,
                [Folder(inventory, name)],
                $"The class '{name}' has no images.",
                "Add images, or remove the folder."));
        }
        else if (count < options.FewImages)
        {
            findings.Add(new DatasetFinding(
                DatasetFindingKind.FewImages,
                count < FewestImages ? FindingSeverity.Error : FindingSeverity.Warning,
                [Folder(inventory, name)],
                FormattableString.Invariant($"The class '{name}' has only {count} training images."),
                FormattableString.Invariant($"Add images: below {options.FewImages} results depend on chance, below {FewestImages} there are none.")));
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
            findings.Add(new DatasetFinding(
                DatasetFindingKind.Imbalance,
                FindingSeverity.Warning,
                [Folder(inventory, inventory.Classes[most]), Folder(inventory, inventory.Classes[least])],
                FormattableString.Invariant(
                    $"'{inventory.Classes[most]}' has {counts[most]} training images, '{inventory.Classes[least]}' has {counts[least]}."),
                "Add images of the small classes, and look at recall by class instead of accuracy."));
        }
    }

    private static void AddMissing(DatasetInventory inventory, DatasetPart part, int[] trainCounts, List<DatasetFinding> findings)
    {
        var counts = Counts(inventory, part);
        var missing = Enumerable.Range(0, counts.Length).Where(label => counts[label] == 0 && trainCounts[label] > 0).ToList();
        if (missing.Count > 0)
        {
            findings.Add(new DatasetFinding(
                DatasetFindingKind.MissingFromSplit,
                FindingSeverity.Warning,
                [.. missing.Select(label => Folder(inventory, inventory.Classes[label]))],
                $"The {part} split has no image of {ClassNames.List(missing.Select(label => inventory.Classes[label]))}.",
                "Add images there: the split says nothing about such a class."));
        }
    }

    /// <summary>The folder of a class where it has one, else its name.</summary>
    private static string Folder(DatasetInventory inventory, string name) => inventory.ClassFolders.GetValueOrDefault(name, name);
}
