using TransferLearning.Benchmarks.Comparisons;

namespace TransferLearning.Benchmarks.Measuring;

/// <summary><c>table [--quick] [--markdown FILE] [--json FILE]</c>, and the same options for one comparison.</summary>
internal static class TableCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<IComparison> comparisons, string[] options)
    {
        var (quick, markdown, json) = (false, (string?)null, (string?)null);
        for (int i = 0; i < options.Length; i++)
        {
            switch (options[i])
            {
                case "--quick":
                    quick = true;
                    break;
                case "--markdown" when i + 1 < options.Length:
                    markdown = options[++i];
                    break;
                case "--json" when i + 1 < options.Length:
                    json = options[++i];
                    break;
                default:
                    await Console.Error.WriteLineAsync(
                        $"error: '{options[i]}' is not understood; the options are --quick, --markdown FILE and --json FILE.");
                    return 2;
            }
        }

        var effort = new Effort(quick);
        var machine = Machine.Describe();
        var (date, load) = (DateOnly.FromDateTime(DateTime.UtcNow), Machine.Load());
        var table = await RatioTable.MeasureAsync(comparisons, effort, Console.Out);
        if (markdown is not null)
            await File.WriteAllTextAsync(markdown, PerformancePage.Write(table, machine, effort, date, load));
        if (json is not null)
            await File.WriteAllTextAsync(json, table.ToJson(machine, effort));
        return 0;
    }
}
