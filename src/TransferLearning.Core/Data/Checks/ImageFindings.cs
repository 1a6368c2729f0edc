namespace TransferLearning;

/// <summary>Findings about single images.</summary>
internal static class ImageFindings
{
    /// <summary>Adds the findings.</summary>
    public static void Add(
        DatasetInventory inventory, ImageExamination[] examined, DatasetCheckOptions options, List<DatasetFinding> findings)
    {
        // Folders that are left out are findings of the layout.
        findings.AddRange(inventory.Problems.Where(problem => problem.Kind != DatasetProblemKind.IgnoredFolder).Select(Of));
        for (int i = 0; i < examined.Length; i++)
        {
            if (examined[i].Reason is { } reason)
            {
                string path = inventory.Images[i].File.Path;
                findings.Add(new DatasetFinding
                {
                    Kind = DatasetFindingKind.Undecodable,
                    Severity = FindingSeverity.Error,
                    Files = [path],
                    Message = $"'{path}' cannot be decoded: {reason}.",
                    Remedy = "Replace or remove the file; training fails at it.",
                });
            }
        }

        AddAll(
            DatasetFindingKind.Tiny,
            FindingSeverity.Warning,
            (info, _) => Math.Min(info.Width, info.Height) < options.TinySide,
            FormattableString.Invariant($"smaller than {options.TinySide} pixels on a side"),
            "Use larger images: enlarging adds no information.");
        AddAll(
            DatasetFindingKind.ExtremeAspect,
            FindingSeverity.Warning,
            (info, _) => Math.Max(info.Width, info.Height) > options.ExtremeAspect * Math.Min(info.Width, info.Height),
            FormattableString.Invariant($"more than {options.ExtremeAspect} times as long on one side as on the other"),
            $"Crop them to the object: the centre crop of preprocessing loses most of the image. {ResizeRemedy}");
        AddCroppedArea(inventory, examined, options, findings);
        AddAll(
            DatasetFindingKind.Blank,
            FindingSeverity.Warning,
            (_, thumbnail) => thumbnail.IsBlank,
            "black, white or of another single colour",
            "Remove them: there is nothing to learn from, and they get a class at random.");
        AddBlurred(inventory, examined, findings);
        AddAll(
            DatasetFindingKind.Rotated,
            FindingSeverity.Note,
            (info, _) => info.Orientation != ImageOrientation.Upright,
            "stored rotated or mirrored, as their EXIF tag says",
            "Nothing here: they are rotated when they are read. Other tools may not do so.");
        AddAll(
            DatasetFindingKind.SeveralPages,
            FindingSeverity.Note,
            (info, _) => info.Pages > 1,
            "of several pages, of which the first one is used",
            "Nothing if the first page is the image; otherwise save the pages as files of their own.");

        void AddAll(
            DatasetFindingKind kind, FindingSeverity severity, Func<ImageInfo, Thumbnail, bool> applies, string what, string remedy)
        {
            var images = examined.Index()
                .Where(entry => entry.Item is { Reason: null, Info: { } info, Thumbnail: { } thumbnail } && applies(info, thumbnail))
                .Select(entry => inventory.Images[entry.Index].File.Path);
            Add(kind, severity, [.. images], count => $"{(count == 1 ? "is" : "are")} {what}.", remedy, findings);
        }
    }

    private static void Add(
        DatasetFindingKind kind, FindingSeverity severity, string[] files, Func<int, string> predicate, string remedy,
        List<DatasetFinding> findings)
    {
        if (files.Length == 0)
            return;
        string subject = files.Length == 1 ? $"'{files[0]}'" : FormattableString.Invariant($"{files.Length} images");
        findings.Add(new DatasetFinding
        {
            Kind = kind,
            Severity = severity,
            Files = files,
            Message = $"{subject} {predicate(files.Length)}",
            Remedy = remedy,
        });
    }

    private static void AddBlurred(DatasetInventory inventory, ImageExamination[] examined, List<DatasetFinding> findings)
    {
        int[] blurred = Sharpness.FindBlurred([.. examined.Select(image => image.Thumbnail?.IsBlank == false ? image.Sharpness : null)]);
        Add(
            DatasetFindingKind.Blurred,
            FindingSeverity.Note,
            [.. blurred.Select(i => inventory.Images[i].File.Path)],
            _ => "may be blurred: much less sharp than most images here.",
            "Look at them, and remove those that show too little.",
            findings);
    }

    /// <summary>From this ratio of the sides on, the centre crop loses a third of the image.</summary>
    private const double NotableAspect = 1.5;

    private const string ResizeRemedy =
        $"Or keep all of it with {nameof(ImagePreprocessing)}.{nameof(ImagePreprocessing.WithResize)}: Pad or Squash.";

    private static void AddCroppedArea(
        DatasetInventory inventory, ImageExamination[] examined, DatasetCheckOptions options, List<DatasetFinding> findings)
    {
        var lost = examined.Index()
            .Where(entry => entry.Item is { Reason: null, Info: not null })
            .Select(entry => (entry.Index, Aspect: AspectOf(entry.Item.Info!.Value)))
            .Where(entry => entry.Aspect >= NotableAspect && entry.Aspect <= options.ExtremeAspect)
            .OrderBy(entry => entry.Aspect)
            .ToList();
        if (lost.Count == 0)
            return;
        double share = 1 - (1 / lost[lost.Count / 2].Aspect);
        findings.Add(new DatasetFinding
        {
            Kind = DatasetFindingKind.CroppedArea,
            Severity = share >= 0.5 ? FindingSeverity.Warning : FindingSeverity.Note,
            Files = [.. lost.OrderBy(entry => entry.Index).Select(entry => inventory.Images[entry.Index].File.Path)],
            Message = FormattableString.Invariant(
                $"{lost.Count} of {examined.Length} images are {NotableAspect} times as long on one side as on the other, or more; the ") +
                FormattableString.Invariant($"centre crop of preprocessing loses {100 * share:F0}% of the area (median)."),
            Remedy = $"Nothing if the object is always in the centre. {ResizeRemedy}",
        });
    }

    private static double AspectOf(ImageInfo info) => (double)Math.Max(info.Width, info.Height) / Math.Min(info.Width, info.Height);

    private static DatasetFinding Of(DatasetProblem problem)
    {
        var (kind, severity, remedy) = problem.Kind switch
        {
            DatasetProblemKind.EmptyFile or DatasetProblemKind.UnsupportedFormat or DatasetProblemKind.UnreadableFile =>
                (DatasetFindingKind.NotAnImage, FindingSeverity.Warning, "Convert, replace or remove the file."),
            DatasetProblemKind.InvalidBox or DatasetProblemKind.RepeatedBox =>
                (DatasetFindingKind.LeftOut, FindingSeverity.Warning, "Correct the box in the annotations, or remove it."),
            DatasetProblemKind.RepeatedImage =>
                (DatasetFindingKind.Duplicate, FindingSeverity.Note, "Nothing, if the rows are objects in one image."),
            DatasetProblemKind.SeveralLabels =>
                (DatasetFindingKind.ConflictingLabels, FindingSeverity.Warning, "Keep one label for each image, or remove these rows."),
            DatasetProblemKind.CopiedFolder =>
                (DatasetFindingKind.ClashingNames, FindingSeverity.Warning, "Move its images into the other folder, or rename it."),
            DatasetProblemKind.SkippedLink => (
                DatasetFindingKind.LeftOut,
                FindingSeverity.Warning,
                $"Set {nameof(ImageFolderOptions)}.{nameof(ImageFolderOptions.FollowLinks)} to follow links to other places, or replace " +
                    "the links by the files."),
            _ => (
                DatasetFindingKind.LeftOut,
                FindingSeverity.Warning,
                "Move files that belong to the dataset into class folders, and remove the rest."),
        };
        return new DatasetFinding
        {
            Kind = kind, Severity = severity, Files = [problem.Path], Message = problem.Message, Remedy = remedy,
        };
    }
}
