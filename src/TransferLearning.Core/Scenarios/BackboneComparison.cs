using System.Diagnostics;

namespace TransferLearning;

/// <summary>Runs the same images through several frozen backbones and cross-validates a linear head on the features of each.</summary>
internal sealed class BackboneComparison(
    ImageDataset dataset, TransferAdvisorOptions options, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
{
    /// <summary>Images that pass before the clock starts: the first ones are slower by the start of the session.</summary>
    private const int WarmUpImages = 4;

    private readonly int[] _images = StratifiedSubset.Choose(
        dataset.Train.Labels, dataset.Classes.Count, options.MaximumRankingImages, options.Seed);

    /// <summary>The features of one backbone.</summary>
    private sealed record Measured(Backbone Backbone, ExtractedFeatures Extracted, double MillisecondsPerImage);

    /// <summary>Compares backbones.</summary>
    /// <exception cref="DatasetException">The data set cannot be measured.</exception>
    public async Task<BackboneRanking> RunAsync(IReadOnlyList<Backbone> backbones)
    {
        var measured = new List<Measured>();
        var skipped = new List<string>();
        foreach (var backbone in backbones)
        {
            try
            {
                measured.Add(await MeasureAsync(backbone, measured.Count + skipped.Count, backbones.Count).ConfigureAwait(false));
            }
            catch (Exception error) when (backbones.Count > 1 && IsOfBackbone(error))
            {
                skipped.Add($"{backbone.Name}: {error.Message}");
            }
        }

        if (measured.Count == 0)
            throw new ArgumentException($"No backbone can be measured. {string.Join(' ', skipped)}", nameof(backbones));

        // Cross-validation is pure computation: it runs on a thread of the pool, so that the caller's thread stays free.
        return await Task.Run(() => Rank(measured, skipped), cancellationToken).ConfigureAwait(false);
    }

    private static bool IsOfBackbone(Exception error) =>
        error is OnnxGraphException or DeviceException or WeightDownloadException or WeightVerificationException
            or WeightStorageException;

    private async Task<Measured> MeasureAsync(Backbone backbone, int index, int count)
    {
        var network = (await backbone.LoadAsync(null, progress, cancellationToken).ConfigureAwait(false)).WithoutTop();
        ImageSource[] sources = [.. _images.Select(image => ImageSource.Of(dataset.Train[image]))];
        using var extractor = new FeatureExtractor(network, backbone.Preprocessing);
        await extractor.ExtractAsync(
            sources[..Math.Min(WarmUpImages, sources.Length)], UndecodableImages.Skip, null, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        long start = Stopwatch.GetTimestamp();
        var extracted = await extractor.ExtractAsync(
            sources,
            options.Undecodable,
            null,
            progress: progress.Select<int>(
                done => new TransferProgress(TransferStage.Featurize, (index * sources.Length) + done, count * sources.Length)),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        return new Measured(backbone, extracted, Stopwatch.GetElapsedTime(start).TotalMilliseconds / sources.Length);
    }

    private BackboneRanking Rank(List<Measured> measured, List<string> skipped)
    {
        // An image that one backbone's scale could not decode is left out for all, so that their rows are the same images.
        int[] common = [.. Enumerable.Range(0, _images.Length).Where(image => measured.All(one => one.Extracted.Indices.Contains(image)))];
        int[] decoded = [.. common.Select(index => _images[index])];
        FrozenFeatures.RequireEveryClass(dataset, decoded);
        int[] labels = [.. decoded.Select(image => dataset.Train[image].Label)];
        int[]? groups = RowGroups.Of(decoded.Select(image => dataset.Train[image]));
        var scores = new List<RegularizationScore>();
        foreach (var one in measured)
        {
            int[] rows = [.. Enumerable.Range(0, one.Extracted.Indices.Count).Where(row => common.Contains(one.Extracted.Indices[row]))];
            scores.Add(LinearHead.CrossValidate(
                one.Extracted.Features.Select(rows),
                labels,
                dataset.Classes.Count,
                new LinearHeadOptions { Seed = options.Seed },
                groups,
                null,
                cancellationToken)
                ?? throw new DatasetException(
                    $"'{dataset.Name}' has only one training image or group of each class; two or more are needed to measure anything."));
            progress?.Report(new TransferProgress(TransferStage.FitHead, scores.Count, measured.Count));
        }

        var best = scores.MinBy(score => score.LogLoss)!;
        var ranks = measured.Zip(scores, (one, score) => new BackboneRank
        {
            Backbone = one.Backbone,
            Accuracy = score.Accuracy,
            AccuracyInterval = ProportionInterval.Wilson(score.Correct, score.Rows),
            LogLoss = score.LogLoss,
            MillisecondsPerImage = one.MillisecondsPerImage,
            IsAmongBest = score == best || RegularizationChoice.IsAsGood(score.Losses, best.Losses),
        }).OrderByDescending(rank => rank.Accuracy).ThenBy(rank => rank.LogLoss).ToList();
        var choice = ranks.Where(rank => rank.IsAmongBest).MinBy(rank => rank.MillisecondsPerImage)!;
        return new BackboneRanking
        {
            Ranks = ranks,
            Choice = choice,
            Reason = Reason(ranks, choice),
            MeasuredImages = labels.Length,
            Skipped = skipped,
        };
    }

    private static string Reason(List<BackboneRank> ranks, BackboneRank choice)
    {
        int best = ranks.Count(rank => rank.IsAmongBest);
        return best > 1
            ? FormattableString.Invariant(
                $"{choice.Backbone.Name} is the fastest of the {best} backbones that these images cannot tell from the best one.")
            : $"{choice.Backbone.Name} has a lower log-loss than any other, by more than one standard error.";
    }
}
