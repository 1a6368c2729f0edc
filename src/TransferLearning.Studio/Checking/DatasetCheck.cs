using System.Text.Json;

namespace TransferLearning.Studio;

/// <summary>The doctor's findings about the labelled images, and the labels that the other images contradict.</summary>
/// <param name="project">The project.</param>
public sealed class DatasetCheck(Project project)
{
    private const string AcceptedSetting = "accepted-labels";

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
        var items = report.Findings.Select(finding => Read(finding, byPath)).ToList();
        if (dataset.Classes.Count > 1)
            items.AddRange(await SuspectsAsync(dataset, snapshot, byPath, progress, cancellationToken));
        (Items, Checked) = (items, snapshot);
    });

    /// <summary>The label of an image is right: it is not suspected again while it has this label.</summary>
    public void Accept(ImageEntry image)
    {
        var accepted = ReadAccepted();
        accepted.Add(KeyOf(image));
        project.Images.WriteSetting(AcceptedSetting, JsonSerializer.Serialize(accepted));
        Items = [.. Items!.Where(item => item.Kind != CheckKind.WrongLabel || item.Images[0] != image.Id)];
    }

    private async Task<IEnumerable<CheckItem>> SuspectsAsync(
        ImageDataset dataset, CatalogSnapshot snapshot, Dictionary<string, ImageEntry> byPath, IProgress<TransferProgress> progress,
        CancellationToken cancellationToken)
    {
        var learner = TransferLearner.From(Backbones.Default).WithFeatureCache(new FeatureCache(project.Folder.FeatureCache));
        var classes = snapshot.Classes.ToDictionary(known => known.Name, known => known.Id);
        var accepted = ReadAccepted();
        try
        {
            var review = await learner.ReviewLabelsAsync(dataset, 0, progress, cancellationToken);
            return review.Suspects.Where(suspect => byPath.ContainsKey(suspect.Path))
                .Select(suspect => (suspect, Image: byPath[suspect.Path])).Where(found => !accepted.Contains(KeyOf(found.Image)))
                .Select(found => new CheckItem
                {
                    Kind = CheckKind.WrongLabel,
                    Severity = FindingSeverity.Warning,
                    Message = $"Labelled '{found.suspect.Label}', but looks like '{found.suspect.Suggested}'.",
                    Images = [found.Image.Id],
                    Labelled = found.Image.Marks.Class,
                    Suggested = classes[found.suspect.Suggested],
                    Probability = found.suspect.SuggestedProbability,
                }).ToList();
        }
        catch (DatasetException error)
        {
            // Too few images of a class: the other findings stand.
            return [new CheckItem { Kind = CheckKind.Other, Severity = FindingSeverity.Note,
                Message = $"Labels were not reviewed: {error.Message}" }];
        }
    }

    private HashSet<string> ReadAccepted() =>
        project.Images.ReadSetting(AcceptedSetting) is { } json ? JsonSerializer.Deserialize<HashSet<string>>(json)! : [];

    private static string KeyOf(ImageEntry image) => FormattableString.Invariant($"{image.Id}:{image.Marks.Class}");

    private static CheckItem Read(DatasetFinding finding, Dictionary<string, ImageEntry> byPath) => new()
    {
        Kind = finding.Kind switch
        {
            DatasetFindingKind.ConflictingLabels => CheckKind.ConflictingLabels,
            DatasetFindingKind.DuplicateAcrossSplits or DatasetFindingKind.NearDuplicateAcrossSplits => CheckKind.Leak,
            DatasetFindingKind.Duplicate or DatasetFindingKind.NearDuplicate => CheckKind.Duplicate,
            DatasetFindingKind.Undecodable or DatasetFindingKind.NotAnImage => CheckKind.Damaged,
            DatasetFindingKind.Blank => CheckKind.Blank,
            _ => CheckKind.Other,
        },
        Severity = finding.Severity,
        Message = finding.Message,
        Remedy = finding.Remedy,
        Images = [.. finding.Files.Select(file => byPath.GetValueOrDefault(file)).OfType<ImageEntry>().Select(image => image.Id)],
    };
}
