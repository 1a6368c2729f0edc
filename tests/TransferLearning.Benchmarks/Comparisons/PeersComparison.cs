using System.Diagnostics;
using System.Numerics.Tensors;
using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>Featurizing against what one would write on Node.js.</summary>
internal sealed class PeersComparison : IComparison
{
    public string Name => "peers";

    public string Meaning =>
        "From image files to features of MobileNetV2 against two programs on Node.js that decode with `sharp` (libvips; shrinks while it " +
        "decodes): the same file of the " +
        "network in `onnxruntime-node`, and the same architecture in TensorFlow.js with its WebAssembly backend, with random weights " +
        "since no package has any, " +
        "which cost the same time. Both have as many threads as the library; of one process for each processor and one process with all " +
        "threads the faster is taken " +
        "(TensorFlow.js has one thread for a process on Node.js). The cosine is that of the peer's features of one image with ours.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        using var network = new MobileNet();
        string cut = network.Save(network.Features(), "features.onnx");
        (string Name, string[] Images)[] sets =
        [
            ("images of 500 × 400", MobileNet.Images(effort.Of(305, 40))),
            ("images of 12 megapixels", MobileNet.LargeImages(effort.Of(30, 6))),
        ];
        var rows = new List<Row>();
        foreach (var (name, images) in sets)
        {
            rows.Add(await CompareAsync(name, images, "onnxruntime", "onnxruntime-node and sharp", NodePeer.Setting.ForManyImages));
            rows.Add(await CompareAsync(name, images, "tfjs", "TensorFlow.js (wasm) and sharp", [NodePeer.Setting.ForManyImages[0]]));
        }

        rows.Add(await LatencyAsync(network, effort));
        return rows;

        async Task<Row> CompareAsync(string name, string[] images, string script, string rival, IReadOnlyList<NodePeer.Setting> settings)
        {
            var row = new Row("featurize " + name, rival, Unit.ImagesPerSecond);
            try
            {
                using var peer = await BestAsync(script, cut, images, settings);
                using var extractor = new FeatureExtractor(network.Features(), network.Preprocessing);
                var times = await Turns.MeasureAsync(effort.Rounds, () => extractor.ExtractAsync(images), () => peer.RunAsync(images));
                string note = peer.ToString();
                if (script == "onnxruntime")
                {
                    float[] theirs = await peer.RunAsync([images[0]]);
                    var ours = await extractor.ExtractAsync([images[0]]);
                    float cosine = TensorPrimitives.CosineSimilarity(theirs, ours[0]);
                    note += FormattableString.Invariant($"; cosine of features {cosine:F3}");
                }

                return row with { Ours = times[0].PerSecond(images.Length), Theirs = times[1].PerSecond(images.Length), Note = note };
            }
            catch (InvalidOperationException error)
            {
                return row with { Note = error.Message };
            }
        }
    }

    private static async Task<NodePeer> BestAsync(string script, string model, string[] images, IReadOnlyList<NodePeer.Setting> settings)
    {
        string[] few = images[..Math.Min(images.Length, 40)];
        var tried = new List<(double Seconds, NodePeer.Setting Setting)>();
        foreach (var setting in settings)
        {
            using var peer = await NodePeer.StartAsync(script, model, setting);
            await peer.RunAsync(few);
            var clock = Stopwatch.StartNew();
            await peer.RunAsync(few);
            tried.Add((clock.Elapsed.TotalSeconds, setting));
        }

        return await NodePeer.StartAsync(script, model, tried.MinBy(result => result.Seconds).Setting);
    }

    private static async Task<Row> LatencyAsync(MobileNet network, Effort effort)
    {
        string[] images = MobileNet.Images(effort.Of(100, 20));
        var row = new Row("predict one image, warm, mean", "onnxruntime-node and sharp", Unit.Milliseconds);
        try
        {
            using var peer = await NodePeer.StartAsync("onnxruntime", network.File, NodePeer.Setting.ForOneImage);
            using var classifier = await TransferLearner.From(network.Backbone).Classifier().CreateAsync();
            var times = await Turns.MeasureAsync(
                effort.Rounds,
                () => Task.Run(() => Array.ForEach(images, image => classifier.Predict(image))),
                async () =>
                {
                    foreach (string image in images)
                        await peer.RunAsync([image]);
                });
            return row with
            {
                Ours = [.. times[0].Milliseconds.Select(time => time / images.Length)],
                Theirs = [.. times[1].Milliseconds.Select(time => time / images.Length)],
                Note = "theirs includes a line to the process and back for each image",
            };
        }
        catch (InvalidOperationException error)
        {
            return row with { Note = error.Message };
        }
    }
}
