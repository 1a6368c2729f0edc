using System.Globalization;
using System.Numerics.Tensors;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// How well scores tell images of a class that was never trained from those of the trained classes: each class is left out in turn, and the
/// area under the ROC curve of its validation images against those of the others is averaged (docs/adr/0011-unknown-images.md).
/// </summary>
internal static class UnknownComparison
{
    private const int Neighbours = 5;

    private static readonly string[] Scores = ["probability", "energy", "class mean", "neighbours"];

    /// <summary>Measures on folders of images.</summary>
    /// <param name="backbone">A name of the catalog, or an ONNX file.</param>
    /// <param name="folders">The folders.</param>
    public static async Task RunAsync(string backbone, IReadOnlyList<string> folders)
    {
        Console.WriteLine($"| data, {backbone} | {string.Join(" | ", Scores)} |");
        var network = File.Exists(backbone) ? Backbone.FromFile(backbone) : Backbones.Find(backbone);
        using var extractor = new FeatureExtractor((await network.LoadAsync()).WithoutTop(), network.Preprocessing);
        foreach (string folder in folders)
        {
            var dataset = ImageDataset.FromFolder(folder);
            if (dataset.Classes.Count < 3)
                throw new ArgumentException(
                    $"'{dataset.Name}' has two classes; with one left out there is nothing to learn.", nameof(folders));
            var train = await ExtractAsync(extractor, dataset.Train);
            var valid = await ExtractAsync(extractor, dataset.Validation);
            double[][] areas =
                [.. Enumerable.Range(0, dataset.Classes.Count).Select(left => Areas(train, valid, left, dataset.Classes.Count))];
            var means = Scores.Select((_, i) => areas.Average(row => row[i]).ToString("F3", CultureInfo.InvariantCulture));
            Console.WriteLine($"| {dataset.Name}, {dataset.Classes.Count} classes | {string.Join(" | ", means)} |");
        }
    }

    private static async Task<(FeatureMatrix Features, int[] Labels)> ExtractAsync(FeatureExtractor extractor, LabeledImageSet images)
    {
        var extracted = await extractor.ExtractAsync(images.Paths);
        return (extracted, images.Labels.ToArray());
    }

    private static double[] Areas(
        (FeatureMatrix Features, int[] Labels) train, (FeatureMatrix Features, int[] Labels) valid, int left, int classes)
    {
        int[] rows = [.. Enumerable.Range(0, train.Labels.Length).Where(i => train.Labels[i] != left)];
        var known = Rows(train.Features, rows);
        int[] labels = [.. rows.Select(i => train.Labels[i] > left ? train.Labels[i] - 1 : train.Labels[i])];
        var head = LinearHead.Fit(known, labels, classes - 1);
        var distance = ClassMeans.Of(known, labels, classes - 1);
        double[][] scores = new double[Scores.Length][];
        var probabilities = head.Probabilities(valid.Features);
        int n = valid.Labels.Length;
        for (int s = 0; s < scores.Length; s++)
            scores[s] = new double[n];
        Parallel.For(0, n, i =>
        {
            var row = valid.Features[i];
            scores[0][i] = TensorPrimitives.Max<float>(probabilities[i]);
            scores[1][i] = Energy(head, row);
            scores[2][i] = -distance.Nearest(row);
            scores[3][i] = Similarity(known, row);
        });
        return [.. scores.Select(score => Area(score, valid.Labels, left))];
    }

    private static double Energy(LinearHead head, ReadOnlySpan<float> row)
    {
        double[] logits = new double[head.ClassCount];
        for (int c = 0; c < logits.Length; c++)
            logits[c] = TensorPrimitives.Dot<float>(head.Weights.AsSpan(c * head.FeatureCount, head.FeatureCount), row) + head.Bias[c];
        double most = logits.Max();
        return most + Math.Log(logits.Sum(logit => Math.Exp(logit - most)));
    }

    private static double Similarity(FeatureMatrix known, ReadOnlySpan<float> row)
    {
        double[] all = new double[known.Rows];
        for (int i = 0; i < all.Length; i++)
            all[i] = TensorPrimitives.CosineSimilarity(known[i], row);
        return all.OrderDescending().Take(Neighbours).Average();
    }

    /// <summary>The share of pairs in which the known image has the higher score.</summary>
    private static double Area(double[] scores, int[] labels, int left)
    {
        double[] known = [.. scores.Where((_, i) => labels[i] != left)];
        double[] unknown = [.. scores.Where((_, i) => labels[i] == left)];
        return known.Average(high => unknown.Average(low => high > low ? 1 : high == low ? 0.5 : 0.0));
    }

    private static FeatureMatrix Rows(FeatureMatrix features, int[] rows)
    {
        float[] values = [.. rows.SelectMany(row => features[row].ToArray())];
        return new FeatureMatrix(rows.Length, features.Columns, values);
    }
}
