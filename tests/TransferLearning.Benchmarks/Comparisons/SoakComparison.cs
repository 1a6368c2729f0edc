using System.Globalization;
using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>Resident memory over very many predictions of one classifier.</summary>
/// <param name="predictions">Their number; null for that of the effort.</param>
internal sealed class SoakComparison(int? predictions = null) : IComparison
{
    private const int WarmUp = 1_000;
    private const string FourMegabytes = "400000";

    public string Name => "soak";

    public string Meaning =>
        "Resident memory of a process after very many predictions of pictures of 24 sizes (32 × 32 to 883 × 883) with one classifier of the embedded network, against " +
        "that after the first 1,000. One run each; `-- soak 100000` takes any number of predictions. A prediction leaves a few kilobytes of garbage. The runtime " +
        "makes the first generation of its collector as large as the processor's cache suggests, and on a processor with a large one it lets garbage fill a hundred megabytes " +
        "and more before it collects: that is what the first row shows. With a first generation of 4 MB (`DOTNET_GCgen0size=400000`) what stays is what is in use.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        int count = predictions ?? effort.Of(100_000, 5_000);
        // Not a matter of time, so both run at once.
        return await Task.WhenAll(RunAsync(count, null, "as the runtime collects"), RunAsync(count, FourMegabytes, "4 MB of first generation"));
    }

    private static async Task<Row> RunAsync(int count, string? firstGeneration, string setting)
    {
        using var process = ChildWork.StartSoak(WarmUp, count, firstGeneration);
        double first = double.Parse(await process.ReadAsync(), CultureInfo.InvariantCulture);
        double last = double.Parse(await process.ReadAsync(), CultureInfo.InvariantCulture);
        return new Row(
            FormattableString.Invariant($"resident memory after {count:N0} predictions, {setting}"), FormattableString.Invariant($"after {WarmUp:N0}"), Unit.Megabytes)
        {
            Ours = [last],
            Theirs = [first],
            Goal = Goal.RatioAtMost(1.05),
        };
    }
}
