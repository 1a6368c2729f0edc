using System.Globalization;
using Spectre.Console;

namespace TransferLearning.Cli;

/// <summary>The candidates of the scenario auto, as a table and as JSON.</summary>
internal static class RaceTable
{
    public static void Write(IReadOnlyList<RaceEntry> race)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("scenario", "frozen", "accuracy %", "log-loss", "seconds", "");
        foreach (var entry in race)
        {
            table.AddRow(
                ScenarioOptions.NameOf(entry.Scenario),
                Number(entry.Freeze, "0%"),
                Number(100 * entry.Best?.Accuracy, "F1"),
                Number(entry.Best?.Loss, "F3"),
                Number(entry.Seconds, "F1"),
                Markup.Escape(entry.IsWinner ? "the model" : entry.Note ?? string.Empty));
        }

        TableOutput.Write(table);
    }

    /// <summary>The candidates; null where there were none.</summary>
    public static IReadOnlyList<JsonOutput.TrainCandidate>? ToJson(IReadOnlyList<RaceEntry> race) => race.Count == 0
        ? null
        :
        [
            .. race.Select(entry => new JsonOutput.TrainCandidate(
                ScenarioOptions.NameOf(entry.Scenario),
                entry.Freeze,
                entry.Best?.Loss,
                entry.Best?.Accuracy,
                entry.Seconds,
                entry.IsWinner,
                entry.Note)),
        ];

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? string.Empty;
}
