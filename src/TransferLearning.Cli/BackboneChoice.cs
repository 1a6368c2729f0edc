using System.Globalization;
using Spectre.Console;

namespace TransferLearning.Cli;

/// <summary>
/// <c>--backbone</c> where several may be given: one name or file is taken as it is; <c>auto</c>, or a list with commas, is compared on the
/// images first.
/// </summary>
internal sealed record BackboneChoice(Backbone Backbone, BackboneRanking? Ranking)
{
    private const string Auto = "auto";

    /// <summary>What the option takes, for its description.</summary>
    public const string Description =
        $"; {Auto}: of those at hand, the one that suits the images; several with commas ({Auto},mine.onnx) are compared.";

    /// <summary>The backbone of the option's text; measured on the images if there is a choice.</summary>
    /// <param name="text">The value of the option.</param>
    /// <param name="preprocessing">The value of <c>--preprocessing</c>, for files.</param>
    /// <param name="resize">The value of <c>--resize</c>.</param>
    /// <param name="dataset">The images.</param>
    /// <param name="options">How they are measured.</param>
    /// <param name="cancellationToken">Stops the measurement.</param>
    public static async Task<BackboneChoice> ReadAsync(
        string text,
        string? preprocessing,
        string? resize,
        ImageDataset dataset,
        TransferAdvisorOptions options,
        CancellationToken cancellationToken)
    {
        if (!IsList(text))
            return new BackboneChoice(SharedOptions.ReadBackbone(text, preprocessing, resize), null);
        Backbone[] candidates =
        [
            .. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .SelectMany(part => IsAuto(part)
                    ? Backbones.AtHand()
                    : [SharedOptions.ReadBackbone(part, SharedOptions.IsFile(part) ? preprocessing : null)])
                .DistinctBy(backbone => backbone.Name)
                .Select(backbone => SharedOptions.WithResize(backbone, resize)),
        ];
        var ranking = await DamagedImages.ListAllAsync(dataset, () => ProgressDisplay.RunAsync(
            progress => TransferAdvisor.RankAsync(dataset, candidates, options, progress, cancellationToken)), cancellationToken)
            .ConfigureAwait(false);
        return new BackboneChoice(ranking.Choice.Backbone, ranking);
    }

    /// <summary>Prints the comparison as a table, if there was one.</summary>
    public void Print()
    {
        if (Ranking is null)
            return;
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("backbone", "accuracy %", "95% interval", "log-loss", "ms/image", "");
        foreach (var rank in Ranking.Ranks)
        {
            table.AddRow(
                Markup.Escape(rank.Backbone.Name),
                Percent(rank.Accuracy),
                $"{Percent(rank.AccuracyInterval.Lower)}–{Percent(rank.AccuracyInterval.Upper)}",
                rank.LogLoss.ToString("F3", CultureInfo.InvariantCulture),
                rank.MillisecondsPerImage.ToString("F1", CultureInfo.InvariantCulture),
                rank == Ranking.Choice ? "chosen" : "");
        }

        TableOutput.Write(table);
        Console.Out.WriteLine($"{Ranking.Reason} {Words.Count(Ranking.MeasuredImages, "training image")}, cross-validated.");
        foreach (string skipped in Ranking.Skipped)
            Console.Error.WriteLine($"warning: left out: {skipped.ReplaceLineEndings(" ")}");
    }

    /// <summary>The comparison for scripts; null if there was none.</summary>
    public JsonOutput.Ranking? ToJson() => Ranking is null ? null : new JsonOutput.Ranking(
        Ranking.Choice.Backbone.Name,
        Ranking.Reason,
        Ranking.MeasuredImages,
        [
            .. Ranking.Ranks.Select(rank => new JsonOutput.RankingEntry(
                rank.Backbone.Name,
                rank.Accuracy,
                [rank.AccuracyInterval.Lower, rank.AccuracyInterval.Upper],
                rank.LogLoss,
                rank.MillisecondsPerImage,
                rank.IsAmongBest)),
        ],
        Ranking.Skipped);

    private static bool IsAuto(string text) => text.Equals(Auto, StringComparison.OrdinalIgnoreCase);

    private static bool IsList(string text) =>
        !File.Exists(text) && (IsAuto(text) || text.Contains(',', StringComparison.Ordinal));

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture);
}
