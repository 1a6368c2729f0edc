namespace TransferLearning.Cli;

/// <summary>Whether another way to bring images to a square tells the classes apart better, as measured.</summary>
/// <param name="Ranking">The measurement.</param>
/// <param name="Current">The way of the backbone.</param>
/// <param name="Best">The way with the lowest log-loss.</param>
internal sealed record ResizeAdvice(BackboneRanking Ranking, BackboneRank Current, BackboneRank Best)
{
    /// <summary>Whether it is better by more than one standard error.</summary>
    public bool IsBetter => !Current.IsAmongBest;

    public string BestName => NameOf(Best);

    /// <summary>The result for people.</summary>
    public string Sentence => IsBetter
        ? $"{BestName} separates the classes better than {NameOf(Current)}: {Words.Share(Best.Accuracy)} against " +
            $"{Words.Share(Current.Accuracy)} of {Words.Count(Ranking.MeasuredImages, "training image")}, cross-validated"
        : $"{NameOf(Current)}; no other separates the classes better ({Words.Count(Ranking.MeasuredImages, "training image")})";

    /// <summary>Reads a measurement; null where there is none.</summary>
    public static ResizeAdvice? Of(BackboneRanking? ranking, ImageResizeMode current) => ranking is null ? null : new ResizeAdvice(
        ranking,
        ranking.Ranks.First(rank => rank.Backbone.Preprocessing.Resize == current),
        ranking.Ranks.MinBy(rank => rank.LogLoss)!);

    /// <summary>The result for scripts.</summary>
    public JsonOutput.Resizes ToJson() => new(
        NameOf(Current),
        BestName,
        IsBetter,
        [.. Ranking.Ranks.Select(rank => new JsonOutput.ResizeEntry(NameOf(rank), rank.Accuracy, rank.LogLoss))]);

    private static string NameOf(BackboneRank rank) => rank.Backbone.Preprocessing.Resize switch
    {
        ImageResizeMode.Squash => "squash",
        ImageResizeMode.Pad => "pad",
        _ => "crop",
    };
}
