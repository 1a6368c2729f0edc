using System.Globalization;
using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>Resident memory over very many predictions of one classifier.</summary>
/// <param name="predictions">Their number; null for that of the effort.</param>
internal sealed class SoakComparison(int? predictions = null) : IComparison
{
    private const int WarmUp = 1_000;

    /// <summary>The settings of the collector under which it is measured.</summary>
    private static readonly Setting[] Settings =
    [
        new("collector of a service", "DOTNET_gcServer", "1") { HasGoal = true },
        new("first generation of 4 MB at most", "DOTNET_GCGen0MaxBudget", "400000") { HasGoal = true }, // hexadecimal
        new("collector of a console program", null, null),
    ];

    public string Name => "soak";

    public string Meaning =>
        "Resident memory of a process after very many predictions of images of 24 sizes (32 × 32 to 883 × 883) with one classifier of " +
        "the embedded network, against " +
        "that after the first 1,000. One run each; `-- soak 100000` takes any number of predictions. Nothing of a prediction stays, but " +
        "it leaves two or three kilobytes of " +
        "garbage, and how much of that lies about is the collector's business. That of services (the default of ASP.NET Core) keeps its " +
        "first generation small. That of console " +
        "programs makes it as large as the processor's cache suggests, and on a processor with a large one it lets garbage fill a " +
        "hundred megabytes before it collects; " +
        "`System.GC.Gen0MaxBudget` bounds it, as the command line tool does (docs/service.md).";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        int count = predictions ?? effort.Of(100_000, 5_000);
        // Not a matter of time, so all run at once.
        return await Task.WhenAll(Settings.Select(setting => RunAsync(count, setting)));
    }

    private static async Task<Row> RunAsync(int count, Setting setting)
    {
        using var process = ChildWork.StartSoak(WarmUp, count, setting.Variable, setting.Value);
        double first = double.Parse(await process.ReadAsync(), CultureInfo.InvariantCulture);
        double last = double.Parse(await process.ReadAsync(), CultureInfo.InvariantCulture);
        return new Row(
            FormattableString.Invariant($"resident memory after {count:N0} predictions, {setting.Name}"),
                FormattableString.Invariant($"after {WarmUp:N0}"), Unit.Megabytes)
        {
            Ours = [last],
            Theirs = [first],
            Goal = setting.HasGoal ? Goal.RatioAtMost(1.05) : null,
        };
    }

    /// <param name="Name">What the row calls it.</param>
    /// <param name="Variable">The environment variable that sets it; null: the runtime's default.</param>
    /// <param name="Value">Its value.</param>
    private sealed record Setting(string Name, string? Variable, string? Value)
    {
        public bool HasGoal { get; init; }
    }
}
