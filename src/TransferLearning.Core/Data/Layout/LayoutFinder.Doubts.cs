namespace TransferLearning;

/// <content>Errors for folders that could be read in several ways.</content>
internal sealed partial class LayoutFinder
{
    private void ThrowIfUnclear(LayoutFolder folder, LayoutErrors errors)
    {
        var filled = folder.Filled;
        ThrowIfFlatSplits(Unwrap(folder), errors);
        if (options.ForTraining && Only(folder) is { } first && Unwrap(first) is { Filled.Count: > 1 } outer)
        {
            throw errors.Unclear(
                $"'{folder.Path}' has only the folder '{FolderWalk.KeyOf(folder.Path, outer.Path)}', whose folders " +
                $"{FolderLayout.Some(outer.FilledNames)} look like the " +
                    "classes.",
                LayoutErrors.Open(outer.Path));
        }

        if (options.ForTraining && Only(folder) is { } outermost && Innermost(outermost) is { IsFlat: true } flat
            && (flat != outermost || SplitNames.IsContainer(flat.Name)))
        {
            throw errors.Flat(flat);
        }

        var content = filled.Where(child => !SplitNames.IsAnnotation(child.Name)).ToList();
        if (filled.Count > 1 && content is [var only] && SplitNames.IsContainer(only.Name))
        {
            ThrowIfFlatSplits(only, errors);
            throw only.Filled.Count > 0
                ? errors.Unclear(
                    $"'{folder.Path}' has folders of images and annotations ({FolderLayout.Some(folder.FilledNames)}), which do " +
                    "not look like classes.", LayoutErrors.Open(only.Path))
                : errors.Flat(only);
        }

        var inner = filled.Select(Unwrap).ToList();
        var divided = filled.Select(Divided).OfType<LayoutFolder>().ToList();
        if (divided.Count > 0)
        {
            string name = FolderWalk.KeyOf(folder.Path, divided[0].Path);
            string others = divided.Count == 1
                ? "beside other folders"
                : FormattableString.Invariant($"and {divided.Count - 1} more like it; merge them, or use one of them");
            throw errors.Unclear(
                $"'{folder.Path}' has the folder '{name}' with splits in it ({FolderLayout.Some(divided[0].FilledNames)}) {others}.",
                LayoutErrors.Open(divided[0].Path));
        }

        if (filled.Any(child => child.Split is { Part: DatasetPart.Train })
            && filled.Any(child => child.Split is { Part: not DatasetPart.Train }) && HaveTheSameFolders(filled))
        {
            throw errors.ClassesOrSplits(filled);
        }

        if (filled.Count > 1 && HaveTheSameFolders(inner) && inner[0].FilledNames.All(LooksLikeClass))
        {
            throw errors.Unclear(
                $"'{folder.Path}' has the folders {FolderLayout.Some(folder.FilledNames)} with the same folders in each of them " +
                    $"({FolderLayout.Some(inner[0].FilledNames)}), which may be the classes; if the outer ones are splits, name them " +
                    "train, valid and test.",
                new DatasetRemedy { Kind = DatasetRemedyKind.LabelPattern, Value = ImageFolderOptions.LabelByFolder });
        }
    }

    /// <summary>Splits without class folders, below a folder that only contains them.</summary>
    private void ThrowIfFlatSplits(LayoutFolder folder, LayoutErrors errors)
    {
        var splits = Splits(folder);
        if (folder.Path != walk.Root && splits.Count > 0 && splits.Count == folder.Filled.Count && splits.TrueForAll(split => split.IsFlat))
            throw errors.Flat(splits.MinBy(split => split.Split!.Value.Part)!);
    }

    private static LayoutFolder Innermost(LayoutFolder folder)
    {
        while (Only(folder) is { } only)
            folder = only;
        return folder;
    }

    private static bool HaveTheSameFolders(IReadOnlyList<LayoutFolder> folders) =>
        folders[0].Filled.Count > 1 && folders.All(folder => folder.Images == 0
            && folder.FilledNames.SequenceEqual(folders[0].FilledNames, StringComparer.OrdinalIgnoreCase));

    /// <summary>The folder with splits in it: the given one, or the only one in it, and so on.</summary>
    private LayoutFolder? Divided(LayoutFolder folder)
    {
        var inner = folder;
        while (inner is not null && !HoldsSplits(inner))
            inner = Only(inner);
        return inner;
    }

    /// <summary>The folder that has more than one folder in it, below folders that only contain the next one.</summary>
    private static LayoutFolder Unwrap(LayoutFolder folder)
    {
        while (Only(folder) is { Filled.Count: > 0 } only)
            folder = only;
        return folder;
    }

    /// <summary>Years, numbers and the like divide a class; they are no classes.</summary>
    private static bool LooksLikeClass(string name) => !name.Any(char.IsDigit) && SplitNames.Read(name) is null;
}
