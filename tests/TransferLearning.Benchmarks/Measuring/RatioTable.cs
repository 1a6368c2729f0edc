using System.Globalization;
using System.Text.Json;
using TransferLearning.Benchmarks.Comparisons;

namespace TransferLearning.Benchmarks.Measuring;

/// <summary>The rows of comparisons, for a terminal and as JSON.</summary>
internal sealed class RatioTable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly List<(IComparison Comparison, IReadOnlyList<Row> Rows)> _parts = [];

    /// <summary>The rows by comparison, in the order in which they were measured.</summary>
    public IReadOnlyList<(IComparison Comparison, IReadOnlyList<Row> Rows)> Parts => _parts;

    /// <summary>Measures comparisons one after the other and writes each row when it is known.</summary>
    public static async Task<RatioTable> MeasureAsync(IEnumerable<IComparison> comparisons, Effort effort, TextWriter output)
    {
        var table = new RatioTable();
        await output.WriteLineAsync(Line("what", "against", "ours", "theirs", "ratio", "spread", "unit", "goal", "note"));
        foreach (var comparison in comparisons)
        {
            var rows = await comparison.MeasureAsync(effort);
            table._parts.Add((comparison, rows));
            foreach (var row in rows)
            {
                await output.WriteLineAsync(Line(
                    row.What, row.Rival, row.OursText, row.TheirsText, row.RatioText, row.SpreadText, row.Unit.Name, row.GoalText,
                        row.Note));
            }
        }

        return table;
    }

    public string ToJson(Machine machine, Effort effort) => JsonSerializer.Serialize(
        new
        {
            machine,
            quick = effort.Quick,
            rows = Parts.SelectMany(part => part.Rows.Select(row => new
            {
                comparison = part.Comparison.Name,
                what = row.What,
                rival = row.Rival,
                unit = row.Unit.Name,
                ours = row.Ours,
                theirs = row.Theirs,
                ratio = row.Ratio,
                goal = row.Goal?.ToString(),
                met = row.MeetsGoal,
                note = row.Note,
            })),
        },
        Indented);

    private static string Line(
        string what, string rival, string ours, string theirs, string ratio, string spread, string unit, string goal, string note) =>
            string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-44} {rival,-32} {ours,9} {theirs,9} {ratio,6} {spread,12} {unit,-11} {goal,-20} {note}").TrimEnd();
}
