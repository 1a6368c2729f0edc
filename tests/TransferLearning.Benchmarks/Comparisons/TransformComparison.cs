using Microsoft.ML;
using Microsoft.ML.Data;
using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>FeaturizeImages in a pipeline of ML.NET, fresh and saved and loaded, against ML.NET's own chain.</summary>
internal sealed class TransformComparison : IComparison
{
    private const string Features = "Features";
    private const string Stock = "ML.NET chain";

    public string Name => "mlnet-transform";

    public string Meaning =>
        "The estimator `FeaturizeImages` inside a pipeline of ML.NET, reading an `IDataView` of paths, against ML.NET's own chain; and " +
        "the same transformer after " +
        "it was saved and loaded, when it is a chain of ML.NET's own components (docs/adr/0005).";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        using var network = new MobileNet();
        string cut = network.Save(network.Features(), "features.onnx");
        string[] images = [.. MobileNet.Images(effort.Of(305, 40))];
        var ml = new MLContext(seed: 1);
        var rows = StockPipeline.Rows(ml, images);
        var stock = new StockPipeline(cut, images);
        using var ours = ml.TransferLearning.FeaturizeImages(Features, "ImagePath", network.Backbone).Fit(rows);
        var loaded = Reload(ml, ours, rows.Schema);
        var times = await Turns.MeasureAsync(
            effort.Rounds,
            () => StockPipeline.Read(ours.Transform(rows), Features),
            () => StockPipeline.Read(loaded.Transform(rows), Features),
            stock.Run);
        double difference = ours.Transform(rows).GetColumn<float[]>(Features).Zip(loaded.Transform(rows).GetColumn<float[]>(Features))
            .Max(pair => pair.First.Zip(pair.Second).Max(values => Math.Abs(values.First - values.Second)));
        (loaded as IDisposable)?.Dispose();
        int many = effort.Of(10_000, 500);
        var memory =
            Memory(ours.Transform(StockPipeline.Rows(ml, [.. Enumerable.Range(0, many).Select(row => images[row % images.Length])])), many);
        return
        [
            Row("FeaturizeImages", times[0], ""),
            Row("FeaturizeImages, saved and loaded", times[1],
                FormattableString.Invariant($"; largest difference of a feature {difference:G2}")),
            new Row(FormattableString.Invariant($"FeaturizeImages, managed memory after {many:N0} rows"), "after a tenth of them",
                Unit.Megabytes)
            {
                Ours = [memory[^1]],
                Theirs = [memory[0]],
                Note = FormattableString.Invariant($"what is not garbage was {memory.Min():F1} to {memory.Max():F1} MB"),
            },
        ];

        Row Row(string what, Times own, string note) => new(what, Stock, Unit.ImagesPerSecond)
        {
            Ours = own.PerSecond(images.Length),
            Theirs = times[2].PerSecond(images.Length),
            Note = own.ProcessorTimeOf(times[2]) + note,
        };
    }

    /// <summary>What is not garbage after each tenth of a pass.</summary>
    private static double[] Memory(IDataView view, int rows)
    {
        var memory = new List<double>();
        StockPipeline.Read(view, Features, row =>
        {
            if ((row + 1) % (rows / 10) == 0)
                memory.Add(GC.GetTotalMemory(forceFullCollection: true) / 1e6);
        });
        return [.. memory];
    }

    private static ITransformer Reload(MLContext ml, ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }
}
