namespace TransferLearning;

/// <summary>What is remarkable of single images.</summary>
internal static class ImageFindings
{
    /// <summary>Adds the findings.</summary>
    public static void Add(DatasetInventory inventory, ImageExamination[] examined, DatasetCheckOptions options, List<DatasetFinding> findings)
    {
        findings.AddRange(inventory.Problems.Select(Of));
        for (int i = 0; i < examined.Length; i++)
        {
            if (examined[i].Reason is { } reason)
            {
                string path = inventory.Images[i].File.Path;
                findings.Add(new DatasetFinding(
                    DatasetFindingKind.Undecodable,
                    FindingSeverity.Error,
                    [path],
                    $"'{path}' cannot be decoded: {reason}.",
                    "Replace or remove the file; training stops at it."));
            }
        }

        AddAll(
            DatasetFindingKind.Tiny,
            FindingSeverity.Warning,
            info => Math.Min(info.Width, info.Height) < options.TinySide,
            FormattableString.Invariant($"smaller than {options.TinySide} pixels on a side"),
            "Take larger images: enlarged ones have nothing to see that the small ones do not have.");
        AddAll(
            DatasetFindingKind.ExtremeAspect,
            FindingSeverity.Warning,
            info => Math.Max(info.Width, info.Height) > options.ExtremeAspect * Math.Min(info.Width, info.Height),
            FormattableString.Invariant($"more than {options.ExtremeAspect} times as long on one side as on the other"),
            "Crop them to what they show: a crop to the centre loses most of them.");
        AddAll(
            DatasetFindingKind.Rotated,
            FindingSeverity.Note,
            info => info.Orientation != ImageOrientation.Upright,
            "stored turned or mirrored, with an EXIF tag that says so",
            "Nothing here: they are turned upright when they are read. Other tools may not do so.");

        void AddAll(DatasetFindingKind kind, FindingSeverity severity, Func<ImageInfo, bool> applies, string what, string remedy)
        {
            string[] files =
            [
                .. examined.Index().Where(entry => entry.Item is { Reason: null, Info: { } info } && applies(info))
                    .Select(entry => inventory.Images[entry.Index].File.Path),
            ];
            if (files.Length == 0)
                return;
            string subject = files.Length == 1 ? $"'{files[0]}' is" : FormattableString.Invariant($"{files.Length} images are");
            findings.Add(new DatasetFinding(kind, severity, files, $"{subject} {what}.", remedy));
        }
    }

    private static DatasetFinding Of(DatasetProblem problem) => problem.Kind switch
    {
        DatasetProblemKind.EmptyFile or DatasetProblemKind.UnsupportedFormat or DatasetProblemKind.UnreadableFile => new DatasetFinding(
            DatasetFindingKind.NotAnImage,
            FindingSeverity.Warning,
            [problem.Path],
            problem.Message,
            "Replace or remove the file."),
        DatasetProblemKind.InvalidBox or DatasetProblemKind.RepeatedBox => new DatasetFinding(
            DatasetFindingKind.LeftOut,
            FindingSeverity.Warning,
            [problem.Path],
            problem.Message,
            "Correct the box in the annotations, or remove it."),
        _ => new DatasetFinding(
            DatasetFindingKind.LeftOut,
            FindingSeverity.Warning,
            [problem.Path],
            problem.Message,
            "Put what belongs to the dataset into its class folder, and remove the rest."),
    };
}
