using System.Diagnostics;
using System.Numerics.Tensors;
using TransferLearning.Benchmarks.Measuring;
using TransferLearning.Featurization;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>Featurizing against what one would write on Node.js.</summary>
internal sealed class PeersComparison : IComparison
{
    public string Name => "peers";

    public string Meaning =>
        "From picture files to features of MobileNetV2 against two programs on Node.js that decode with `sharp` (libvips; shrinks while it decodes): the same file of the " +
        "network in `onnxruntime-node`, and the same architecture in TensorFlow.js with its WebAssembly backend, with random weights since no package has any, " +
        "which cost the same time. Both have as many threads as the library; of one process for each processor and one process with all threads the faster is taken " +
        "(TensorFlow.js has one thread for a process on Node.js). The cosine is that of the peer's features of one photo with ours.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        using var network = new MobileNet();
        string cut = network.Save(network.Features(), "features.onnx");
        (string Name, string[] Pictures)[] sets =
        [
            ("photos of 500 × 400", MobileNet.Photos(effort.Of(305, 40))),
            ("photos of 12 megapixels", MobileNet.LargePhotos(effort.Of(30, 6))),
        ];
        var rows = new List<Row>();
        foreach (var (name, pictures) in sets)
        {
            rows.Add(await CompareAsync(name, pictures, "onnxruntime", "onnxruntime-node and sharp", NodePeer.Setting.ForManyPictures));
            rows.Add(await CompareAsync(name, pictures, "tfjs", "TensorFlow.js (wasm) and sharp", [NodePeer.Setting.ForManyPictures[0]]));
        }

        rows.Add(await LatencyAsync(network, effort));
        return rows;

        async Task<Row> CompareAsync(string name, string[] pictures, string script, string rival, IReadOnlyList<NodePeer.Setting> settings)
        {
            var row = new Row("featurize " + name, rival, Unit.PicturesPerSecond);
            try
            {
                using var peer = await BestAsync(script, cut, pictures, settings);
                using var extractor = new FeatureExtractor(network.Features(), network.Preprocessing);
                var times = await Turns.MeasureAsync(effort.Rounds, () => extractor.ExtractAsync(pictures), () => peer.RunAsync(pictures));
                string note = peer.ToString();
                if (script == "onnxruntime")
                {
                    float[] theirs = await peer.RunAsync([pictures[0]]);
                    var ours = await extractor.ExtractAsync([pictures[0]]);
                    float cosine = TensorPrimitives.CosineSimilarity(theirs, ours[0]);
                    note += FormattableString.Invariant($"; cosine of features {cosine:F3}");
                }

                return row with { Ours = times[0].PerSecond(pictures.Length), Theirs = times[1].PerSecond(pictures.Length), Note = note };
            }
            catch (InvalidOperationException error)
            {
                return row with { Note = error.Message };
            }
        }
    }

    private static async Task<NodePeer> BestAsync(string script, string model, string[] pictures, IReadOnlyList<NodePeer.Setting> settings)
    {
        string[] few = pictures[..Math.Min(pictures.Length, 40)];
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
        string[] photos = MobileNet.Photos(effort.Of(100, 20));
        var row = new Row("predict one photo, warm, mean", "onnxruntime-node and sharp", Unit.Milliseconds);
        try
        {
            using var peer = await NodePeer.StartAsync("onnxruntime", network.File, NodePeer.Setting.ForOnePicture);
            using var classifier = await TransferLearner.From(network.Backbone).Classifier().CreateAsync();
            var times = await Turns.MeasureAsync(
                effort.Rounds,
                () => Task.Run(() => Array.ForEach(photos, photo => classifier.Predict(photo))),
                async () =>
                {
                    foreach (string photo in photos)
                        await peer.RunAsync([photo]);
                });
            return row with
            {
                Ours = [.. times[0].Milliseconds.Select(time => time / photos.Length)],
                Theirs = [.. times[1].Milliseconds.Select(time => time / photos.Length)],
                Note = "theirs includes a line to the process and back for each photo",
            };
        }
        catch (InvalidOperationException error)
        {
            return row with { Note = error.Message };
        }
    }
}
