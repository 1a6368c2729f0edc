using System.Globalization;
using System.Text;

namespace TransferLearning.Benchmarks.Measuring;

/// <summary>The table as a page of the documentation.</summary>
internal static class PerformancePage
{
    private const int LineLength = 140;

    public static string Write(RatioTable table, Machine machine, Effort effort, DateOnly date, double? load)
    {
        int rounds = effort.Rounds;
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # Performance

            Ratios against the usual alternatives, from one run on one machine. In every round the library and its rival do the same work in
            turn, so that a machine whose speed drifts affects both alike. Every figure is the median of {rounds} rounds after a warm-up
            round, the ratio is the median of the ratios of the rounds (ours by theirs), and the spread is their minimum and maximum. For
            speeds a larger ratio is better, for times and memory a smaller one. The absolute figures belong to this machine.

            This page is written by

                .ci/update-performance

            and is not edited by hand. `.ci/update-performance --quick` takes fewer rounds of fewer images. To print one comparison alone:

                dotnet run -c Release --project tests/TransferLearning.Benchmarks -- featurizing

            ## The machine

            | | |
            | --- | --- |
            | date | {date:yyyy-MM-dd}{(effort.Quick ? ", a quick look" : "")} |
            | processor | {machine.Processor}, {machine.Processors} used, {machine.MemoryGigabytes} GB of memory |
            | system | {machine.System} |
            | .NET | {machine.Dotnet} |
            | ONNX Runtime | {machine.OnnxRuntime} |
            | ML.NET | {machine.MLNet} |

            """);
        if (load > 0.5)
        {
            page.Append(CultureInfo.InvariantCulture, $"""

                **The machine was busy with other work** (load {load:F1} before the start): indicative; rerun on an idle machine.

                """);
        }

        page.Append("""

            ## The table

            | what | against | ours | theirs | ratio | spread | goal |
            | --- | --- | ---: | ---: | ---: | --- | --- |

            """);
        foreach (var row in table.Parts.SelectMany(part => part.Rows))
        {
            string ours = row.Ours.Count == 0 ? "–" : $"{row.OursText} {row.Unit.Name}";
            page.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {row.What} | {row.Rival} | {ours} | {row.TheirsText} | {row.RatioText} | {row.SpreadText} | {row.GoalText} |");
        }

        page.Append("\n## What the rows mean\n");
        foreach (var (comparison, rows) in table.Parts)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n### `{comparison.Name}`\n\n{Wrap(comparison.Meaning)}\n\n");
            foreach (var row in rows.Where(row => row.Note.Length > 0))
                page.AppendLine(Wrap($"- {row.What}, against {row.Rival}: {row.Note}.", indent: "  "));
        }

        return page.ToString().ReplaceLineEndings("\n").TrimEnd() + "\n";
    }

    /// <summary>Breaks a paragraph into lines, as those of the pages that are written by hand.</summary>
    private static string Wrap(string paragraph, string indent = "")
    {
        var lines = new List<string> { "" };
        foreach (string word in paragraph.Split(' '))
        {
            if (lines[^1].Length + 1 + word.Length > LineLength)
                lines.Add(indent + word);
            else
                lines[^1] += lines[^1].Length == 0 ? word : " " + word;
        }

        return string.Join('\n', lines);
    }
}
