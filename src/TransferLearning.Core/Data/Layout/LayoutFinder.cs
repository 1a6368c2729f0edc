namespace TransferLearning;

/// <summary>
/// Decides what a folder is: class folders, split folders with class folders, or one of these below folders that only contain it. Every
/// reader and check of folders asks here, so they never disagree.
/// </summary>
/// <param name="walk">Lists the folders.</param>
/// <param name="options">How to interpret names, and whether the images are for training.</param>
/// <param name="reading">Receives the folders that are left out.</param>
internal sealed partial class LayoutFinder(FolderWalk walk, ImageFolderOptions options, DatasetReading reading)
{
    /// <summary>Flat folders beside a train folder: as many of them look like classes.</summary>
    private const int FewestRivals = 2;

    private const int FewestClasses = 2;

    /// <summary>Finds the layout of the folder of the walk.</summary>
    /// <exception cref="DatasetException">There is nothing to read, or its meaning is not clear; the message names the choices.</exception>
    public FoundLayout Find()
    {
        var root = new LayoutFolder(walk.Root, walk);
        var errors = new LayoutErrors(root, reading);
        var folder = options.Interpretation == FolderInterpretation.Classes ? root : Inner(root) ?? root;
        var result = new FoundLayout(root, folder, walk, options);
        if (!FindSplits(folder, result, errors) && !FindSplitsInClasses(folder, result) && !FindClassesWithSplits(folder, result))
            FindClasses(folder, result, errors);
        foreach (var leftOut in result.LeftOut)
            reading.Report(DatasetProblemKind.IgnoredFolder, leftOut.Path, $"'{leftOut.Path}' is left out: {leftOut.Reason}.");
        ReportCopies(result);
        return result;
    }

    /// <summary>The only folder inside a folder, when there are splits in it at some depth.</summary>
    private LayoutFolder? Inner(LayoutFolder folder)
    {
        if (Splits(folder).Count > 0)
            return null;
        for (var inner = Only(folder); inner is not null; inner = Only(inner))
        {
            if (HoldsSplits(inner))
                return inner;
        }

        return null;
    }

    private static LayoutFolder? Only(LayoutFolder folder) => folder.Images == 0 && folder.Filled is [var only] ? only : null;

    private bool HoldsSplits(LayoutFolder folder) =>
        Splits(folder).Any(split => split.Split!.Value.Part == DatasetPart.Train && Descend(split, null).Filled.Count > 0)
        || HaveSplitsInside(folder.Filled);

    /// <summary>
    /// The subfolders that are named like splits and nothing else, or all in the same way, as flowers_train and flowers_test.
    /// </summary>
    private List<LayoutFolder> Splits(LayoutFolder folder)
    {
        if (options.Interpretation == FolderInterpretation.Classes)
            return [];
        var named = folder.Filled.Where(child => child.Split is not null).ToList();
        if (options.Interpretation == FolderInterpretation.Splits)
            return named;
        return
        [
            .. named.Where(child => child.Split!.Value.Rest.Length == 0
                || named.Exists(
                    other => other.Split!.Value.Rest == child.Split.Value.Rest && other.Split.Value.Part != child.Split.Value.Part)),
        ];
    }

    private bool FindSplits(LayoutFolder folder, FoundLayout result, LayoutErrors errors)
    {
        var splits = Splits(folder);
        ThrowIfLinked(folder, splits, errors);
        var filled = folder.Filled;
        var train = Choose(folder, splits, DatasetPart.Train, null, result);
        if (train is null)
            return FindSplitsWithoutTrain(folder, splits, result, errors);
        if (options.Interpretation == FolderInterpretation.Auto && splits.Count == 1
            && filled.Count(child => child != train.Value.Folder && child.IsFlat) >= FewestRivals)
        {
            throw errors.ClassesOrSplits(filled);
        }

        var classes = train.Value.Content.FilledNames.ToHashSet(ClassNames.SameLook);
        result.Add(train.Value.Content, DatasetPart.Train);
        foreach (var part in (DatasetPart[])[DatasetPart.Validation, DatasetPart.Test])
        {
            if (Choose(folder, splits, part, classes, result) is { } split)
                result.Add(split.Content, part);
        }

        LeaveOutOthers(folder, splits, result);
        return true;
    }

    /// <summary>
    /// The folder of a split that has class folders, and where these are. Folders of the same split without class folders are left out.
    /// </summary>
    private (LayoutFolder Folder, LayoutFolder Content)? Choose(
        LayoutFolder parent, List<LayoutFolder> splits, DatasetPart part, HashSet<string>? classes, FoundLayout result)
    {
        var ofPart = splits.Where(split => split.Split!.Value.Part == part)
            .Select(split => (Folder: split, Content: Descend(split, classes)))
            .ToList();
        var labelled = ofPart.Where(split => split.Content.Filled.Count > 0 && !IsUnlabelled(split.Content, part, classes)).ToList();
        if (labelled.Count > 1)
        {
            throw new DatasetException(
                $"'{parent.Path}' has several folders for one split ({ClassNames.List(labelled.Select(split => split.Folder.Name))}); " +
                "merge them or rename all but one.", reading.Problems);
        }

        if (part != DatasetPart.Train || labelled.Count > 0)
        {
            foreach (var (folder, content) in ofPart.Where(split => !labelled.Contains(split)))
                result.LeaveOutUnlabelled(folder, content);
        }

        return labelled.Count == 1 ? labelled[0] : null;
    }

    /// <summary>A test split whose only folder is no class of train contains images without labels, as many tools want them.</summary>
    private static bool IsUnlabelled(LayoutFolder content, DatasetPart part, HashSet<string>? classes) =>
        part == DatasetPart.Test && classes is not null && content.Filled is [{ IsFlat: true } only] && !classes.Contains(only.Name);

    /// <summary>Where the classes of a split are: in it, or below folders that only contain the next one.</summary>
    private static LayoutFolder Descend(LayoutFolder split, HashSet<string>? classes)
    {
        var folder = split;
        while (Only(folder) is { } only && (only.Split?.Part == split.Split?.Part && only.Split is not null
            || string.Equals(only.Name, folder.Name, StringComparison.OrdinalIgnoreCase)
            || SplitNames.IsContainer(only.Name)
            || classes is not null && !classes.Contains(only.Name) && only.Filled.Count > 0 && only.FilledNames.All(classes.Contains)))
        {
            folder = only;
        }

        return folder;
    }

    private bool FindSplitsWithoutTrain(LayoutFolder folder, List<LayoutFolder> splits, FoundLayout result, LayoutErrors errors)
    {
        var filled = folder.Filled;
        bool all = splits.Count > 0 && splits.Count == filled.Count;
        bool several = splits.Select(split => split.Split!.Value.Part).Distinct().Skip(1).Any();
        var labelled = splits.Where(split => Descend(split, null).Filled.Count > 0).ToList();
        if (labelled.Count == 0)
            return (all || several) && !AreClassesWithSplits(filled)
                ? throw errors.Flat(Descend(splits.MinBy(split => split.Split!.Value.Part)!, null))
                : false;
        if (!all && !several)
            return false;
        if (options.ForTraining)
        {
            var empty = folder.Folders.FirstOrDefault(child => child.Split is { Part: DatasetPart.Train, Rest: "" } && !child.HasImages);
            throw errors.Error(
                $"'{folder.Path}' has split folders ({ClassNames.List(splits.Select(split => split.Name))}) but no 'train' folder with " +
                $"class folders; {(empty is null ? "add it" : $"'{empty.Name}' has no images: fill it")}, or give a folder of class " +
                "folders.",
                [LayoutErrors.Open(Descend(labelled.MinBy(split => split.Split!.Value.Part)!, null).Path)]);
        }

        foreach (var part in (DatasetPart[])[DatasetPart.Validation, DatasetPart.Test])
        {
            if (Choose(folder, splits, part, null, result) is { } split)
                result.Add(split.Content, part);
        }

        LeaveOutOthers(folder, splits, result);
        return true;
    }

    /// <summary>Classes that contain the splits: <c>cat/train</c>, <c>cat/test</c>, <c>dog/train</c> and so on.</summary>
    private bool FindSplitsInClasses(LayoutFolder folder, FoundLayout result)
    {
        var filled = folder.Filled;
        if (options.Interpretation == FolderInterpretation.Classes || !HaveSplitsInside(filled))
            return false;
        foreach (var child in filled)
        {
            foreach (var split in child.Filled)
                result.Add(child.Name, split, $"*/{split.Name}");
        }

        result.LeaveOutEmpty(folder);
        return true;
    }

    /// <summary>Folders called <c>images</c> and <c>labels</c> with splits in them belong to images with boxes or masks.</summary>
    private static bool HaveSplitsInside(IReadOnlyList<LayoutFolder> classes) => classes.Count > 1
        && !classes.All(child => SplitNames.IsContainer(child.Name) || SplitNames.IsAnnotation(child.Name))
        && classes.All(child => child.Images == 0 && child.Filled.Count > 0
            && child.Filled.All(split => split.Split is { Rest: "" }))
        && classes.SelectMany(child => child.Filled).Select(split => split.Split!.Value.Part).Distinct().Skip(1).Any();

    /// <summary>Class and split in one name: <c>train_cats</c>, <c>train_dogs</c>, <c>test_cats</c>, <c>test_dogs</c>.</summary>
    private bool FindClassesWithSplits(LayoutFolder folder, FoundLayout result)
    {
        if (options.Interpretation == FolderInterpretation.Classes || !AreClassesWithSplits(folder.Filled))
            return false;
        foreach (var child in folder.Filled)
            result.Add(child.Split!.Value.Label, child, child.Name);
        result.LeaveOutEmpty(folder);
        return true;
    }

    private static bool AreClassesWithSplits(IReadOnlyList<LayoutFolder> filled) => filled.Count > 3
        && filled.All(child => child.IsFlat && child.Split is { Rest.Length: > 0 })
        && filled.GroupBy(child => child.Split!.Value.Rest, StringComparer.Ordinal).ToList() is { Count: > 1 } classes
        && classes.TrueForAll(ofClass => ofClass.Count(child => child.Split!.Value.Part == DatasetPart.Train) == 1
            && ofClass.Count() > 1 && ofClass.DistinctBy(child => child.Split!.Value.Part).Count() == ofClass.Count());

    private void FindClasses(LayoutFolder folder, FoundLayout result, LayoutErrors errors)
    {
        var filled = folder.Filled;
        if (filled.Count == 0)
            throw folder.Images > 0 ? errors.Flat(folder) : errors.Empty(walk);
        if (options.Interpretation == FolderInterpretation.Auto)
            ThrowIfUnclear(folder, errors);
        foreach (var child in filled)
        {
            if (options.Interpretation == FolderInterpretation.Auto && filled.Count > FewestClasses
                && SplitNames.IsUnlabelled(child.Name))
            {
                result.LeaveOut(child, "its name says that its images have no labels", isUnlabelled: true);
            }
            else
            {
                result.AddClass(child);
            }
        }

        result.LeaveOutEmpty(folder);
    }

    /// <summary>A split that is a link which is not followed must not be replaced by images of train in silence.</summary>
    private void ThrowIfLinked(LayoutFolder folder, List<LayoutFolder> splits, LayoutErrors errors)
    {
        if (options.Interpretation == FolderInterpretation.Classes)
            return;
        _ = folder.Folders;
        foreach (var (path, target) in walk.LinkedFolders.OrderBy(link => link.Key, StringComparer.Ordinal))
        {
            if (Path.GetDirectoryName(path) == folder.Path && SplitNames.PartOf(Path.GetFileName(path)) is { } part
                && (splits.Count > 0 || part == DatasetPart.Train))
            {
                throw errors.LinkedSplit(path, target);
            }
        }
    }

    /// <summary>What a browser or file manager calls a second copy is hardly a class beside the first one.</summary>
    private void ReportCopies(FoundLayout result)
    {
        string[] classes = result.Classes;
        foreach (string name in classes)
        {
            if (ClassNames.Original(name) is { } original && classes.Contains(original, ClassNames.SameLook))
            {
                string path = result.Folders.First(folder => folder.Class == name).Path;
                reading.Report(
                    DatasetProblemKind.CopiedFolder,
                    path,
                    $"'{path}' is named like a copy of the class '{original}', and is a class of its own; if it is a copy, move its " +
                    "images there or remove it.");
            }
        }
    }

    private static void LeaveOutOthers(LayoutFolder folder, List<LayoutFolder> splits, FoundLayout result)
    {
        foreach (var other in folder.Filled.Where(child => !splits.Contains(child)))
            result.LeaveOut(other, "it is beside the split folders and is no split");
        result.LeaveOutEmpty(folder);
    }
}
