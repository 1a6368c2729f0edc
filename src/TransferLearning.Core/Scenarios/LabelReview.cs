namespace TransferLearning;

/// <summary>The images of a dataset whose labels look wrong.</summary>
public sealed record LabelReview
{
    /// <summary>The number of images that were compared.</summary>
    public required int Images { get; init; }

    /// <summary>The images whose labels the others contradict, most contradicted first.</summary>
    public required IReadOnlyList<LabelSuspect> Suspects { get; init; }

    internal static async Task<LabelReview> RunAsync(
        TransferLearner learner,
        ImageDataset dataset,
        int seed,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        var network = (await learner.LoadBackboneAsync(progress, cancellationToken).ConfigureAwait(false)).WithoutTop();
        var all = dataset.All;
        using var extractor = new FeatureExtractor(network, learner.Backbone.Preprocessing, learner.Execution);
        ImageSource[] sources = [.. all.Select(ImageSource.Of)];
        var extracted = await extractor.ExtractAsync(
            sources,
            UndecodableImages.Skip,
            learner.Features,
            progress: progress.Count(TransferStage.Featurize, sources.Length),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        int[] labels = [.. extracted.Indices.Select(image => all[image].Label)];
        FrozenFeatures.RequireEveryClass(dataset, extracted.Indices.Where(image => image < dataset.Train.Count));
        int[]? groups = RowGroups.Of(extracted.Indices.Select(image => all[image]));
        var found = await Task.Run(
            () => LabelErrors.Find(extracted.Features, labels, dataset.Classes.Count, seed, groups, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return new LabelReview
        {
            Images = labels.Length,
            Suspects =
            [
                .. found.Select(suspect => new LabelSuspect
                {
                    Path = all[extracted.Indices[suspect.Row]].Path,
                    Content = all[extracted.Indices[suspect.Row]].Content,
                    Label = dataset.Classes[labels[suspect.Row]],
                    Suggested = dataset.Classes[suspect.Suggested],
                    LabelProbability = suspect.Own,
                    SuggestedProbability = suspect.Other,
                }),
            ],
        };
    }
}
