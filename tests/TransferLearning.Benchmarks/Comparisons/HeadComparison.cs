using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>The fits of <see cref="LinearHeadBenchmark"/> in turn: the library's linear head against ML.NET's.</summary>
internal sealed class HeadComparison : IComparison
{
    public string Name => "head";

    public string Meaning =>
        "Fitting a linear classifier to features of MobileNetV2 with one strength of regularisation, against ML.NET's " +
        "`LbfgsMaximumEntropy` of the same strength on the " +
        "same standardised features; on all threads, where ML.NET's result is another one in each run, and on one. " +
        "`-- --inProcess --filter '*LinearHead*'` measures the same with BenchmarkDotNet, with accuracies (docs/adr/0002).";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        var rows = new List<Row>();
        foreach (string dataset in effort.Quick ? ["dogs_vs_cats"] : new[] { "dogs_vs_cats", "sign_language" })
        {
            var heads = new LinearHeadBenchmark { Dataset = dataset };
            await heads.FeaturizeAsync();
            var times = await Turns.MeasureAsync(
                effort.Rounds, () => heads.HeadOfOneStrength(), () => heads.MaximumEntropyOfOneStrength(), () =>
                    heads.MaximumEntropyOnOneThread());
            rows.Add(Row("LbfgsMaximumEntropy", times[1]));
            rows.Add(Row("LbfgsMaximumEntropy, one thread", times[2]));

            Row Row(string rival, Times theirs) => new($"fit a linear head, {dataset}", rival, Unit.Milliseconds)
            {
                Ours = times[0].Milliseconds,
                Theirs = theirs.Milliseconds,
                Note = times[0].ProcessorTimeOf(theirs),
            };
        }

        return rows;
    }
}
