using System.Diagnostics;
using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>One image as fast as possible by a classifier that is warm, against its parts and against ML.NET's own chain.</summary>
internal sealed class LatencyComparison : IComparison
{
    public string Name => "latency";

    public string Meaning =>
        "One image after the other with `ImageClassifier.Predict`, from bytes in memory to probabilities. Its parts are the library's " +
        "own decoding and " +
        "preprocessing, and ONNX Runtime alone on a ready tensor with the same session options; for each image the three take turns. " +
        "Percentiles are " +
        "those of a round. ML.NET's is the `PredictionEngine` of its chain, from the file, as is `Predict` there.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        using var network = new MobileNet();
        string[] images = MobileNet.Images(effort.Of(200, 40));
        using var classifier = await TransferLearner.From(network.Backbone).Classifier().CreateAsync();
        var rounds = Rounds(effort.Rounds, classifier, network.Preprocessing, images);
        var stock = new StockPipeline(network.File, images, StockPipeline.ProbabilitiesOutput);
        using var engine = stock.Engine();
        var times = await Turns.MeasureAsync(
            effort.Rounds,
            () => Array.ForEach(images, image => classifier.Predict(image)),
            () => Array.ForEach(images, image => engine.Predict(image)));
        return
        [
            Row("half", 0.5, Goal.RatioAtMost(1.15)),
            Row("99 of 100", 0.99, null),
            new Row("predict one image, warm, mean", "ML.NET prediction engine", Unit.Milliseconds)
            {
                Ours = [.. times[0].Milliseconds.Select(time => time / images.Length)],
                Theirs = [.. times[1].Milliseconds.Select(time => time / images.Length)],
                Note = times[0].ProcessorTimeOf(times[1]),
            },
        ];

        Row Row(string share, double percentile, Goal? goal) =>
            new($"predict one image, warm, {share} within", "decode + bare ONNX Runtime", Unit.Milliseconds)
        {
            Ours = [.. rounds.Select(round => Statistics.Percentile(round.Whole, percentile))],
            Theirs = [.. rounds.Select(round => Statistics.Percentile(round.Parts, percentile))],
            Goal = goal,
            Note = FormattableString.Invariant(
                $"decoding {Statistics.Median(rounds.Select(round => Statistics.Percentile(round.Decode, percentile))):F2} ms of it"),
        };
    }

    private static Round[] Rounds(int count, ImageClassifier classifier, ImagePreprocessing preprocessing, string[] images)
    {
        byte[][] encoded = [.. images.Select(File.ReadAllBytes)];
        float[] tensors = MobileNet.Tensors(preprocessing, images);
        using var bare = new BareNetwork(
            classifier.ToOnnx().ToBytes(), ClassifierGraph.ScoreOutput, tensors, images.Length, BareNetwork.Setting.OneImage);
        var preprocessor = new ImagePreprocessor(preprocessing);
        float[] tensor = new float[preprocessor.TensorLength];
        var rounds = new Round[count];
        for (int round = -1; round < count; round++)
        {
            double[] whole = new double[images.Length], decode = new double[images.Length], parts = new double[images.Length];
            for (int i = 0; i < images.Length; i++)
            {
                if (round % 2 == 0)
                    whole[i] = Milliseconds(() => classifier.Predict(encoded[i]));
                decode[i] = Milliseconds(() => preprocessor.Load(encoded[i], tensor));
                parts[i] = decode[i] + Milliseconds(() => bare.Run(i));
                if (round % 2 != 0)
                    whole[i] = Milliseconds(() => classifier.Predict(encoded[i]));
            }

            if (round >= 0)
                rounds[round] = new Round(whole, decode, parts); // the first round warms up
        }

        return rounds;
    }

    private static double Milliseconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private sealed record Round(double[] Whole, double[] Decode, double[] Parts);
}
