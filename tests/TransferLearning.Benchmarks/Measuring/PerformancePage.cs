using System.Globalization;
using System.Text;

namespace TransferLearning.Benchmarks.Measuring;

/// <summary>The table as a page of the documentation.</summary>
internal static class PerformancePage
{
    private const int LineLength = 140;

    public static string Write(RatioTable table, Machine machine, Effort effort, DateOnly date, double? load)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # Performance

            Ratios against what one would use instead, from one run on one machine. In every round the library and its rival do the same work in turn, so
            that a machine whose speed drifts harms both alike; every figure is the median of {effort.Rounds} rounds after one that warms up, the ratio is the
            median of the rounds' ratios (ours by theirs), and the spread is the least and the largest of them. Of speeds a larger ratio is better, of times and
            memory a smaller one. The absolute figures belong to this machine.

            This page is written by

                .ci/update-performance

            and is not edited by hand. `.ci/update-performance --quick` takes fewer rounds of fewer images. One comparison alone, printed in the terminal:

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

                **The machine was busy with other work** (load {load:F1} before the start): take these figures for a sketch.

                """);
        }

        page.Append("""

            ## The table

            | what | against | ours | theirs | ratio | spread | goal |
            | --- | --- | ---: | ---: | ---: | --- | --- |

            """);
        foreach (var row in table.Parts.SelectMany(part => part.Rows))
        {
            page.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.What} | {row.Rival} | {(row.Ours.Count == 0 ? "–" : $"{row.OursText} {row.Unit.Name}")} | {row.TheirsText} | {row.RatioText} | {row.SpreadText} | {row.GoalText} |");
        }

        page.Append("\n## What the rows mean\n");
        foreach (var (comparison, rows) in table.Parts)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n### `{comparison.Name}`\n\n{Wrap(comparison.Meaning)}\n\n");
            foreach (var row in rows.Where(row => row.Note.Length > 0))
                page.AppendLine(CultureInfo.InvariantCulture, $"- {row.What}, against {row.Rival}: {row.Note}.");
        }

        return page.ToString().ReplaceLineEndings("\n").TrimEnd() + "\n";
    }

    /// <summary>Breaks a paragraph into lines, as those of the pages that are written by hand.</summary>
    private static string Wrap(string paragraph)
    {
        var lines = new List<string> { "" };
        foreach (string word in paragraph.Split(' '))
        {
            if (lines[^1].Length + 1 + word.Length > LineLength)
                lines.Add(word);
            else
                lines[^1] += lines[^1].Length == 0 ? word : " " + word;
        }

        return string.Join('\n', lines);
    }
}
