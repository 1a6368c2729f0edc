using System.Globalization;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// What the mean of the probabilities of an image and of its mirror image gains over those of the image alone: accuracy and log-loss on
/// test images, with the standard errors of the paired differences.
/// </summary>
internal static class MirrorTable
{
    private const string Tuned = "--tuned";

    /// <param name="arguments">
    /// The backbones: files among the models, or names of the catalog; <c>--tuned</c> for classifiers that were fine-tuned on all images
    /// instead of those on frozen features.
    /// </param>
    public static async Task RunAsync(string[] arguments)
    {
        Console.WriteLine("| backbone | images | for each class | scenario | accuracy | gain of both | log-loss | gain of both |");
        Console.WriteLine("| --- | --- | --- | --- | ---: | ---: | ---: | ---: |");
        bool tunes = arguments.Contains(Tuned);
        string[] names = [.. arguments.Where(argument => argument != Tuned)];
        foreach (string name in names is [] ? ["mobilenetv2-1.0-224.onnx", "ResNet18Packaged"] : names)
        {
            var learner = TransferLearner.From(
                name.EndsWith(".onnx", StringComparison.Ordinal)
                    ? Backbone.FromFile(BenchmarkData.Require("models/" + name))
                    : Backbones.Find(name));
            foreach (string size in tunes ? (string[])["all"] : ["20", "all"])
            {
                foreach (string set in RecipeTable.AllSets)
                {
                    ClassifierTraining training = tunes ? learner.FineTuning() : learner.FeatureExtraction();
                    string row = $"{name} | {set} | {size} | {(tunes ? "tuned" : "frozen")}";
                    await MeasureAsync(row, set, size, training).ConfigureAwait(false);
                }
            }
        }
    }

    private static async Task MeasureAsync(string row, string set, string size, ClassifierTraining training)
    {
        var whole = ImageDataset.FromFolder(BenchmarkData.Require("datasets/" + set));
        bool hasTest = whole.Test.Count > 0;
        var test = hasTest ? whole.Test : whole.Validation;
        var train = RecipeTable.Part(whole.Train, size, seed: 0);
        var dataset = new ImageDataset(set, train, hasTest ? whole.Validation : null);
        using var classifier = await training.FitAsync(dataset).ConfigureAwait(false);
        using var mirrored = ImageClassifier.FromOnnx(Mirrored(classifier));
        float[][] alone = await ScoresAsync(classifier, test).ConfigureAwait(false);
        float[][] mirror = await ScoresAsync(mirrored, test).ConfigureAwait(false);
        float[][] both = [.. alone.Zip(mirror, (one, other) => one.Zip(other, (a, b) => (a + b) / 2).ToArray())];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {row} | {100 * Right(alone).Average():F1} | {Gain(Right(both), Right(alone), 100)} | {Loss(alone).Average():F3} | ") +
            $"{Gain(Loss(alone), Loss(both), 1)} |");

        double[] Right(float[][] scores) =>
            [.. scores.Select((score, i) => score.AsSpan().IndexOf(score.Max()) == test[i].Label ? 1.0 : 0)];

        double[] Loss(float[][] scores) => [.. scores.Select((score, i) => -Math.Log(Math.Max(score[test[i].Label], 1e-7)))];
    }

    private static string Gain(double[] after, double[] before, double scale)
    {
        double[] gains = [.. after.Zip(before, (a, b) => scale * (a - b))];
        double mean = gains.Average();
        double error = Math.Sqrt(gains.Sum(gain => (gain - mean) * (gain - mean)) / (gains.Length - 1) / gains.Length);
        string digits = scale > 1 ? "F1" : "F3";
        string sign = mean > 0 ? "+" : "";
        return $"{sign}{mean.ToString(digits, CultureInfo.InvariantCulture)} ± {error.ToString(digits, CultureInfo.InvariantCulture)}";
    }

    private static async Task<float[][]> ScoresAsync(ImageClassifier classifier, LabeledImageSet images)
    {
        var predictions = await classifier.PredictAsync(images.Paths).ConfigureAwait(false);
        return [.. predictions.Select(prediction => prediction.Prediction!.Probabilities.ToArray())];
    }

    /// <summary>The same classifier behind a node that reverses the columns of the image.</summary>
    private static OnnxModel Mirrored(ImageClassifier classifier)
    {
        var model = classifier.ToOnnx();
        string input = model.Inputs[0].Name;
        int columns = classifier.Preprocessing.Layout == TensorLayout.Nchw ? 3 : 2;
        var proto = model.Proto.Clone();
        var graph = new GraphBuilder(proto.Graph, "mirror/") { Opset = model.OpsetVersion };
        string reversed = graph.Add(
            "Slice", [input, graph.Int64s(-1), graph.Int64s(-classifier.Preprocessing.Width - 1), graph.Int64s(columns), graph.Int64s(-1)]);
        var slice = proto.Graph.Node[^1];
        proto.Graph.Node.RemoveAt(proto.Graph.Node.Count - 1);
        foreach (var node in proto.Graph.Node)
        {
            for (int i = 0; i < node.Input.Count; i++)
            {
                if (node.Input[i] == input)
                    node.Input[i] = reversed;
            }
        }

        proto.Graph.Node.Insert(0, slice);
        return new OnnxModel(proto);
    }
}
