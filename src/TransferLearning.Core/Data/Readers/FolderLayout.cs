namespace TransferLearning;

/// <summary>The folder structure of a dataset: split folders that contain class folders, or class folders alone.</summary>
/// <param name="Train">The folder whose subfolders are the classes: the train folder, or the root when there are no splits.</param>
/// <param name="Validation">The validation folder, or null.</param>
/// <param name="Test">The test folder, or null.</param>
internal sealed record FolderLayout(string Train, string? Validation, string? Test)
{
    private static readonly string[] TrainNames = ["train", "training"];
    private static readonly string[] ValidationNames = ["valid", "validation", "val"];
    private static readonly string[] TestNames = ["test", "testing"];

    /// <summary>The split with a name, ignoring case; null when there is none.</summary>
    public static DatasetPart? PartOf(string name) =>
        TrainNames.Contains(name, StringComparer.OrdinalIgnoreCase) ? DatasetPart.Train
        : ValidationNames.Contains(name, StringComparer.OrdinalIgnoreCase) ? DatasetPart.Validation
        : TestNames.Contains(name, StringComparer.OrdinalIgnoreCase) ? DatasetPart.Test
        : null;

    /// <summary>Finds the layout of a folder.</summary>
    /// <exception cref="DatasetException">
    /// There are no class folders, no train folder among split folders, or two folders for one split.
    /// </exception>
    public static FolderLayout Find(string root, FolderWalk walk, DatasetReading reading)
    {
        var folders = walk.Folders(root);
        if (folders.Count == 0)
        {
            throw new DatasetException(
                $"'{root}' has no class folders; put the images of each class into a subfolder named after the class.", reading.Problems);
        }

        string? train = Choose(root, folders, TrainNames);
        string? validation = Choose(root, folders, ValidationNames);
        string? test = Choose(root, folders, TestNames);
        int splits = Count(train) + Count(validation) + Count(test);
        bool splitsOnly = splits == folders.Count;
        if (train is null)
        {
            // Without a train folder, "test" may be the name of a class, unless all folders are splits.
            return !splitsOnly
                ? new FolderLayout(root, null, null)
                : throw new DatasetException(
                    $"'{root}' has split folders ({Names(folders)}) but no 'train' folder; add it, or give a folder of class " +
                        "folders.", reading.Problems);
        }

        if (walk.Folders(train).Count == 0)
        {
            // A folder "train" without class folders is a class (the vehicle), unless all folders beside it are splits.
            return !splitsOnly
                ? new FolderLayout(root, null, null)
                : throw new DatasetException(
                    $"'{train}' has no class folders; put the images of each class into a subfolder named after the " +
                        "class.", reading.Problems);
        }

        foreach (string folder in folders.Where(folder => folder != train && folder != validation && folder != test))
        {
            reading.Report(
                DatasetProblemKind.IgnoredFolder, folder, $"'{folder}' is beside the split folders but is not a split; it is left out.");
        }

        return new FolderLayout(train, validation, test);
    }

    private static int Count(string? folder) => folder is null ? 0 : 1;

    private static string Names(IEnumerable<string> folders) => ClassNames.List(folders.Select(folder => Path.GetFileName(folder)));

    private static string? Choose(string root, IReadOnlyList<string> folders, string[] names)
    {
        var found = folders.Where(folder => names.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase)).ToList();
        return found.Count switch
        {
            0 => null,
            1 => found[0],
            _ => throw new DatasetException(
                $"'{root}' has several folders for one split ({Names(found)}); merge them or rename all but one."),
        };
    }
}
