namespace TransferLearning.Studio;

/// <summary>What the library advises for the images of a project.</summary>
/// <param name="project">The project.</param>
public sealed class AdviceWork(Project project)
{
    public BackgroundJob Job { get; } = new();

    /// <summary>The advice for one backbone; null before it was asked for.</summary>
    public TransferAdvice? Advice { get; private set; }

    /// <summary>The backbone that the advice is about.</summary>
    public string? Backbone { get; private set; }

    /// <summary>The comparison of the backbones at hand; null before it was asked for.</summary>
    public BackboneRanking? Ranking { get; private set; }

    /// <summary>Measures the images with a backbone.</summary>
    public bool Start(string backbone) => Job.Start(async (progress, cancellationToken) =>
    {
        var dataset = ProjectDataset.Of(project.Folder, project.Images.Now);
        Advice = await TransferAdvisor.AdviseAsync(
            dataset, new RunOptions { Backbone = backbone }.ReadBackbone(), Options, progress, cancellationToken);
        Backbone = backbone;
    });

    /// <summary>Compares the backbones at hand on a sample of the images.</summary>
    public bool Rank() => Job.Start(async (progress, cancellationToken) =>
    {
        var dataset = ProjectDataset.Of(project.Folder, project.Images.Now);
        Ranking = await TransferAdvisor.RankAsync(dataset, Backbones.AtHand(), Options, progress, cancellationToken);
    });

    private static TransferAdvisorOptions Options { get; } = new() { Undecodable = UndecodableImages.Skip };
}
