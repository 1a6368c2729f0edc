using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TransferLearning.Benchmarks;

/// <summary>
/// FeaturizeImages against ML.NET's own chain and against its own saved form: 2,000 rows of each in turn, so that a machine whose speed
/// drifts harms all alike. Then 10,000 rows in one pass, whose memory must not grow.
/// </summary>
internal static class TransformComparison
{
    private const string Features = "Features";
    private const int Rounds = 4;
    private const int RowsOfRound = 500;
    private const int ManyRows = 10_000;

    public static void Run()
    {
        var backbone = Backbone.FromFile(BenchmarkData.Require("models/mobilenetv2-1.0-224.onnx"));
        string[] pictures = [.. ImageFiles.Find(BenchmarkData.Require("datasets/dogs_vs_cats"))];
        string[] Repeat(int rows) => [.. Enumerable.Range(0, rows).Select(row => pictures[row % pictures.Length])];
        string cut = Path.Combine(Directory.CreateTempSubdirectory("transform-").FullName, "features.onnx");
        backbone.LoadAsync().GetAwaiter().GetResult().WithoutTop().Save(cut);

        var ml = new MLContext(seed: 1);
        var rows = StockPipeline.Rows(ml, Repeat(RowsOfRound));
        var stock = new StockPipeline(cut, Repeat(RowsOfRound));
        using var ours = ml.TransferLearning.FeaturizeImages(Features, "ImagePath", backbone).Fit(rows);
        var loaded = Reload(ml, ours, rows.Schema);
        var times = new List<(Time Stock, Time Ours, Time Loaded)>();
        for (int round = 0; round <= Rounds; round++)
        {
            var timed = (
                Measure(stock.Run),
                Measure(() => StockPipeline.Read(ours.Transform(rows), Features)),
                Measure(() => StockPipeline.Read(loaded.Transform(rows), Features)));
            if (round > 0)
                times.Add(timed); // the first round warms up
        }

        Console.WriteLine($"MobileNetV2 224, {Environment.ProcessorCount} threads, {Rounds * RowsOfRound} rows in {Rounds} rounds in turn");
        Print("stock chain", [.. times.Select(round => round.Stock)], [.. times.Select(round => round.Stock)]);
        Print("FeaturizeImages", [.. times.Select(round => round.Ours)], [.. times.Select(round => round.Stock)]);
        Print("saved and loaded", [.. times.Select(round => round.Loaded)], [.. times.Select(round => round.Stock)]);
        double difference = ours.Transform(rows).GetColumn<float[]>(Features).Zip(loaded.Transform(rows).GetColumn<float[]>(Features))
            .Max(pair => pair.First.Zip(pair.Second).Max(values => Math.Abs(values.First - values.Second)));
        Console.WriteLine(FormattableString.Invariant($"Largest difference of a feature before saving and after loading: {difference:G3}"));

        Console.WriteLine($"Memory over {ManyRows} rows in one pass");
        StockPipeline.Read(ours.Transform(StockPipeline.Rows(ml, Repeat(ManyRows))), Features, row =>
        {
            if ((row + 1) % 1000 == 0)
            {
                // What is not garbage; the working set has also what the collector has not yet given back.
                double live = GC.GetTotalMemory(forceFullCollection: true) / 1e6;
                Console.WriteLine(FormattableString.Invariant($"{row + 1,8} rows{Environment.WorkingSet / 1e6,10:F0} MB working set{live,10:F1} MB managed"));
            }
        });
        (loaded as IDisposable)?.Dispose();
        Directory.Delete(Path.GetDirectoryName(cut)!, recursive: true);
    }

    private static void Print(string name, Time[] own, Time[] stock)
    {
        double[] ratios = [.. stock.Zip(own, (theirs, mine) => theirs.Seconds / mine.Seconds).Order()];
        double processor = stock.Sum(time => time.ProcessorSeconds) / own.Sum(time => time.ProcessorSeconds);
        Console.WriteLine(FormattableString.Invariant(
            $"{name,-18}{Rounds * RowsOfRound / own.Sum(time => time.Seconds),8:F1} rows/s, {ratios.Average():F2} × stock ({ratios[0]:F2} to {ratios[^1]:F2}); ")
            + FormattableString.Invariant($"{own.Sum(time => time.ProcessorSeconds) * 1000 / (Rounds * RowsOfRound),6:F1} ms processor time a row, stock / this {processor:F2}"));
    }

    private static ITransformer Reload(MLContext ml, ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    /// <summary>The time of the clock, and that of the processors, which other work on the machine disturbs less.</summary>
    private static Time Measure(Action work)
    {
        var before = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        work();
        return new Time(clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    private sealed record Time(double Seconds, double ProcessorSeconds);
}
