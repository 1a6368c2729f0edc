using System.Globalization;
using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>Resident memory over very many predictions of one classifier.</summary>
/// <param name="predictions">Their number; null for that of the effort.</param>
internal sealed class SoakComparison(int? predictions = null) : IComparison
{
    private const int WarmUp = 1_000;

    public string Name => "soak";

    public string Meaning =>
        "Resident memory of a process after very many predictions of pictures of 24 sizes (32 × 32 to 883 × 883) with one classifier of the embedded network, against " +
        "that after the first 1,000. One run; `-- soak 100000` takes any number of predictions.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        int count = predictions ?? effort.Of(100_000, 5_000);
        using var process = ChildWork.StartSoak(WarmUp, count);
        double first = double.Parse(await process.ReadAsync(), CultureInfo.InvariantCulture);
        double last = double.Parse(await process.ReadAsync(), CultureInfo.InvariantCulture);
        return
        [
            new Row(FormattableString.Invariant($"resident memory after {count:N0} predictions"), FormattableString.Invariant($"after {WarmUp:N0}"), Unit.Megabytes)
            {
                Ours = [last],
                Theirs = [first],
                Goal = Goal.RatioAtMost(1.05),
            },
        ];
    }
}
