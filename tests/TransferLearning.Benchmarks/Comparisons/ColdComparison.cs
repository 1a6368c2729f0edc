using System.Runtime.InteropServices;
using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>One image by a process that did not run before.</summary>
internal sealed class ColdComparison : IComparison
{
    public string Name => "cold";

    public string Meaning =>
        "A new process loads MobileNetV2, predicts one image and ends: the time of the whole process, with files in the cache of the " +
        "system. The library as a user's " +
        "program has it (`ImageClassifier.Load`, `Predict`), against ML.NET's chain, against ONNX Runtime alone with a tensor that is " +
        "ready, and against " +
        "`onnxruntime-node` with `sharp`; and the command line tool, `predict mobilenetv2.onnx image.jpg`.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        using var network = new MobileNet();
        string image = MobileNet.Images(1)[0];
        string tensor = network.Path("tensor.bin");
        await File.WriteAllBytesAsync(tensor, MemoryMarshal.AsBytes<float>(MobileNet.Tensors(network.Preprocessing, [image])).ToArray());
        using var classifier = await TransferLearner.From(network.Backbone).Classifier().CreateAsync();
        string saved = network.Save(classifier.ToOnnx(), "classifier.onnx");

        Func<Task>[] contestants =
        [
            () => EndAsync(ChildWork.StartOurs(saved, image)),
            () => EndAsync(LineProcess.StartDotnet(BenchmarkData.Tool, "predict", network.File, image)),
            () => EndAsync(ChildWork.StartStock(network.File, image)),
            () => EndAsync(ChildWork.StartBare(network.File, tensor)),
        ];
        string missing = await WhyNoNodeAsync(network, image);
        if (missing.Length == 0)
            contestants = [.. contestants, () => NodeAsync(network, image)];
        var times = await Turns.MeasureAsync(effort.Rounds, contestants);
        var node = times.ElementAtOrDefault(4);
        return
        [
            Row("cold start: load and predict one image", times[0], "ML.NET chain", times[2]),
            Row("cold start: load and predict one image", times[0], "bare ONNX Runtime", times[3]),
            Row("cold start: load and predict one image", times[0], "onnxruntime-node and sharp", node) with { Note = missing },
            Row("cold start: command line tool, one image", times[1], "onnxruntime-node and sharp", node) with
            {
                Goal = Goal.OursAtMost(0.7, Unit.Seconds),
                Note = missing,
            },
        ];
    }

    private static Row Row(string what, Times ours, string rival, Times? theirs) =>
        new(what, rival, Unit.Seconds) { Ours = ours.Seconds, Theirs = theirs?.Seconds ?? [] };

    private static async Task EndAsync(LineProcess process)
    {
        using (process)
            await process.EndAsync();
    }

    private static async Task<string> WhyNoNodeAsync(MobileNet network, string image)
    {
        try
        {
            await NodeAsync(network, image);
            return "";
        }
        catch (InvalidOperationException error)
        {
            return error.Message;
        }
    }

    private static async Task NodeAsync(MobileNet network, string image)
    {
        using var peer = await NodePeer.StartAsync("onnxruntime", network.File, NodePeer.Setting.ForOneImage);
        await peer.RunAsync([image]);
        await peer.EndAsync();
    }
}
