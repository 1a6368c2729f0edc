namespace TransferLearning.Studio;

/// <summary>The doctor's findings about the labelled images, and the labels that the other images contradict.</summary>
/// <param name="project">The project.</param>
public sealed class DatasetCheck(Project project)
{
    /// <summary>What is known about labels that are contradicted strongly.</summary>
    /// <remarks>
    /// Measured with labels planted at random in one image of a hundred, and <c>check --backbone ResNet18Packaged --json</c>: of 1,709 hand
    /// signs it contradicts 161 labels, 20 of them strongly, of which 14 are planted (of 17); of 532 images of waste 119, 9 and 5 (of 6).
    /// The probability of the suggested class tells less: most images that are simply difficult are taken for one other class.
    /// </remarks>
    public const string OfStrong =
        "In tests with one wrong label in a hundred, two in three of those shown first were really wrong.";

    private const double StrongUpTo = 0.02;

    public BackgroundJob Job { get; } = new();

    /// <summary>What was found; null before the first check.</summary>
    public IReadOnlyList<CheckItem>? Items { get; private set; }

    /// <summary>The images at the check: those that changed since may have other findings.</summary>
    public CatalogSnapshot? Checked { get; private set; }

    /// <summary>Checks the images as they are now.</summary>
    public bool Start() => Job.Start(async (progress, cancellationToken) =>
    {
        var snapshot = project.Images.Now;
        var byPath = snapshot.Images.Where(image => image.IsUsed).ToDictionary(project.Folder.PathOf, StringComparer.Ordinal);
        var dataset = ProjectDataset.ForCheck(project.Folder, snapshot);
        var report = await DatasetDoctor.CheckAsync(
            dataset, new DatasetCheckOptions { FindReencoded = true }, progress, cancellationToken);
        var items = report.Findings.SelectMany(OneByOne).Select(finding => Read(finding, byPath)).ToList();
        if (dataset.Classes.Count > 1)
            items.AddRange(await SuspectsAsync(dataset, snapshot, byPath, progress, cancellationToken));
        (Items, Checked) = (items, snapshot);
    });

    private async Task<IEnumerable<CheckItem>> SuspectsAsync(
        ImageDataset dataset, CatalogSnapshot snapshot, Dictionary<string, ImageEntry> byPath, IProgress<TransferProgress> progress,
        CancellationToken cancellationToken)
    {
        var learner = TransferLearner.From(Backbones.Default).WithFeatureCache(new FeatureCache(project.Folder.FeatureCache));
        var classes = snapshot.Classes.ToDictionary(known => known.Name, known => known.Id);
        try
        {
            var review = await learner.ReviewLabelsAsync(dataset, 0, progress, cancellationToken);
            return review.Suspects.Where(suspect => byPath.ContainsKey(suspect.Path))
                .OrderBy(suspect => suspect.LabelProbability).Select(suspect => (suspect, Image: byPath[suspect.Path]))
                .Select(found => new CheckItem
                {
                    Kind = CheckKind.WrongLabel,
                    Severity = FindingSeverity.Warning,
                    Message = $"Labelled '{found.suspect.Label}', but looks like '{found.suspect.Suggested}'.",
                    Images = [found.Image.Id],
                    Labelled = found.Image.Marks.Class,
                    Suggested = classes[found.suspect.Suggested],
                    IsStrong = found.suspect.LabelProbability <= StrongUpTo,
                }).ToList();
        }
        catch (DatasetException error)
        {
            // Too few images of a class: the other findings stand.
            return [new CheckItem { Kind = CheckKind.Other, Severity = FindingSeverity.Note,
                Message = $"Labels were not reviewed: {error.Message}" }];
        }
    }

    /// <summary>Whether an image is too blurred is decided for each one, by looking at it.</summary>
    private static IEnumerable<DatasetFinding> OneByOne(DatasetFinding finding) => finding.Kind == DatasetFindingKind.Blurred
        ? finding.Files.Select(file => finding with { Files = [file], Message = "Less sharp than most images here." })
        : [finding];

    private static CheckItem Read(DatasetFinding finding, Dictionary<string, ImageEntry> byPath) => new()
    {
        Kind = finding.Kind switch
        {
            DatasetFindingKind.ConflictingLabels => CheckKind.ConflictingLabels,
            DatasetFindingKind.DuplicateAcrossSplits or DatasetFindingKind.NearDuplicateAcrossSplits => CheckKind.Leak,
            DatasetFindingKind.Duplicate or DatasetFindingKind.NearDuplicate => CheckKind.Duplicate,
            DatasetFindingKind.Undecodable or DatasetFindingKind.NotAnImage => CheckKind.Damaged,
            DatasetFindingKind.Blank => CheckKind.Blank,
            DatasetFindingKind.Blurred => CheckKind.Blurred,
            _ => CheckKind.Other,
        },
        Severity = finding.Severity,
        Message = finding.Files.Aggregate(WithoutAdvice(finding), (text, file) =>
            byPath.TryGetValue(file, out var image) ? text.Replace(file, image.Origin, StringComparison.Ordinal) : text)
            + (finding.Kind == DatasetFindingKind.CroppedArea ? " The options of Train have a choice for images that are not square." : ""),
        Images = [.. finding.Files.Select(file => byPath.GetValueOrDefault(file)).OfType<ImageEntry>().Select(image => image.Id)],
    };

    /// <summary>Why an image cannot be decoded, without what a program could do about it.</summary>
    private static string WithoutAdvice(DatasetFinding finding)
    {
        int advice = finding.Kind == DatasetFindingKind.Undecodable ? finding.Message.LastIndexOf("; ", StringComparison.Ordinal) : -1;
        return advice < 0 ? finding.Message : finding.Message[..advice] + ".";
    }
}
