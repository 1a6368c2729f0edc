using System.Diagnostics;
using System.Globalization;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// The library's linear head against ML.NET's <c>LbfgsMaximumEntropy</c> on pooled MobileNetV2 features. The set-up also writes accuracy
/// and log-loss on the validation images to the log, over the strengths of both (docs/adr/0002-linear-head-optimiser.md has the figures).
/// </summary>
[MemoryDiagnoser]
[SimpleJob(RunStrategy.Monitoring, warmupCount: 1, iterationCount: 5)]
public class LinearHeadBenchmark
{
    private static readonly double[] RegularizationStrengths = [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003];

    private readonly MLContext _ml = new(seed: 0);
    private FeatureMatrix _train = null!;
    private FeatureMatrix _validation = null!;
    private FeatureMatrix _standardTrain = null!;
    private FeatureMatrix _standardValidation = null!;
    private int[] _labels = [];
    private int[] _validationLabels = [];
    private IReadOnlyList<string> _classes = [];
    private IDataView _rows = null!;
    private IDataView _standardRows = null!;

    /// <summary>A folder of <c>datasets</c>.</summary>
    [Params("dogs_vs_cats", "sign_language")]
    public string Dataset { get; set; } = string.Empty;

    [GlobalSetup]
    public async Task Setup()
    {
        await FeaturizeAsync();
        Compare();
    }

    internal async Task FeaturizeAsync()
    {
        var backbone = Backbone.FromFile(BenchmarkData.Require("models/mobilenetv2-1.0-224.onnx"));
        var images = ImageDataset.FromFolder(BenchmarkData.Require("datasets/" + Dataset));
        using (var extractor = new FeatureExtractor((await backbone.LoadAsync()).WithoutTop(), backbone.Preprocessing))
        {
            _train = await extractor.ExtractAsync([.. images.Train.Select(image => image.Path)]);
            _validation = await extractor.ExtractAsync([.. images.Validation.Select(image => image.Path)]);
        }

        _labels = [.. images.Train.Select(image => image.Label)];
        _validationLabels = [.. images.Validation.Select(image => image.Label)];
        _classes = images.Classes;
        var standardization = Standardization.Measure(_train);
        _standardTrain = standardization.Apply(_train);
        _standardValidation = standardization.Apply(_validation);
        _rows = View(_train, _labels);
        _standardRows = View(_standardTrain, _labels);
    }

    /// <summary>The whole fit with its search: cross-validation and validation images over all strengths, then the result.</summary>
    [Benchmark(Baseline = true)]
    public object HeadWithSearch() => LinearHead.Fit(_train, _labels, _classes.Count, _validation, _validationLabels);

    /// <summary>One fit, of one strength.</summary>
    [Benchmark]
    public object HeadOfOneStrength() => Fit(0.01);

    /// <summary>One fit of ML.NET, of one strength, on the same standardised features.</summary>
    [Benchmark]
    public object MaximumEntropyOfOneStrength() => Fit(_standardRows, 0.01f, Environment.ProcessorCount);

    /// <summary>The same on one thread, which is what ML.NET needs for equal results in every run.</summary>
    [Benchmark]
    public object MaximumEntropyOnOneThread() => Fit(_standardRows, 0.01f, 1);

    /// <summary>Accuracy, log-loss and processor time, which other work on the machine disturbs less than the time of the clock.</summary>
    private void Compare()
    {
        HeadWithSearch();
        Write("head with search", () => LinearHead.Fit(_train, _labels, _classes.Count, _validation, _validationLabels), HeadProbabilities);
        foreach (double strength in RegularizationStrengths)
            Write(FormattableString.Invariant($"head, strength {strength}"), () => Fit(strength), HeadProbabilities);
        foreach (double strength in RegularizationStrengths)
        {
            Write(
                FormattableString.Invariant($"LbfgsMaximumEntropy, standardised, L2 {strength}"),
                () => Fit(_standardRows, (float)strength, 1),
                model => Probabilities(model, _standardValidation));
        }

        foreach (double strength in RegularizationStrengths)
        {
            Write(
                FormattableString.Invariant($"LbfgsMaximumEntropy, raw features, L2 {strength}"),
                () => Fit(_rows, (float)strength, 1),
                model => Probabilities(model, _validation));
        }

        Write(
            "LbfgsMaximumEntropy, raw features, as it comes",
            () => (ITransformer)_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(nameof(Row.Label), nameof(Row.Features))
                .Fit(Keyed(_rows)),
            model => Probabilities(model, _validation));
    }

    private LinearHead Fit(double strength) =>
        LinearHead.Fit(_train, _labels, _classes.Count, options: new() { RegularizationStrengths = [strength] });

    private ITransformer Fit(IDataView rows, float strength, int threads) => _ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
        new Microsoft.ML.Trainers.LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            LabelColumnName = nameof(Row.Label),
            FeatureColumnName = nameof(Row.Features),
            L1Regularization = 0,
            L2Regularization = strength * _labels.Length,
            HistorySize = 10,
            NumberOfThreads = threads,
        }).Fit(Keyed(rows));

    private IDataView Keyed(IDataView rows) => _ml.Transforms.Conversion.MapValueToKey(
        nameof(Row.Label), keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(rows)
            .Transform(rows);

    private FeatureMatrix HeadProbabilities(LinearHead head) => head.Probabilities(_validation);

    private FeatureMatrix Probabilities(ITransformer model, FeatureMatrix features)
    {
        var scored = model.Transform(Keyed(View(features, _validationLabels)));
        var probabilities = new FeatureMatrix(features.Rows, _classes.Count);
        int i = 0;
        foreach (float[] score in scored.GetColumn<float[]>("Score"))
            score.CopyTo(probabilities.RowForWriting(i++));
        return probabilities;
    }

    private void Write<T>(string what, Func<T> fit, Func<T, FeatureMatrix> probabilities)
    {
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        T model = fit();
        var time = Process.GetCurrentProcess().TotalProcessorTime - before;
        var report = ClassificationReport.Create(_validationLabels, probabilities(model), _classes);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"// {Dataset}: {what}: accuracy {report.Accuracy:P2}, log-loss {report.LogLoss:F4}, processor time " +
            $"{time.TotalMilliseconds:F0} ms"));
    }

    private IDataView View(FeatureMatrix features, int[] labels)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features.Columns);
        return _ml.Data.LoadFromEnumerable(
            [.. labels.Select((label, i) => new Row { Label = label, Features = features[i].ToArray() })], schema);
    }

    private sealed class Row
    {
        public int Label { get; set; }

        public float[] Features { get; set; } = [];
    }
}
