using System.Globalization;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// The accuracy that the advice expects of frozen features, with its interval, against what their classifier reaches on images that
/// neither has seen, for several sizes and choices of training images. Inside is a measured accuracy that its own standard error (±) takes
/// into the interval.
/// </summary>
internal static class AdviceTable
{
    private const string Network = "mobilenetv2-1.0-224.onnx";

    /// <param name="sets">The data sets; none for all.</param>
    public static async Task RunAsync(string[] sets)
    {
        string folder = Directory.CreateTempSubdirectory("advice-").FullName;
        int rows = 0, inside = 0;
        try
        {
            var learner = TransferLearner.From(Backbone.FromFile(BenchmarkData.Require("models/" + Network)))
                .WithFeatureCache(new FeatureCache(folder));
            Console.WriteLine("| images | for each class | seed | expected | interval | measured | ± | inside |");
            Console.WriteLine("| --- | --- | ---: | ---: | --- | ---: | ---: | --- |");
            foreach (string set in sets is [] ? RecipeTable.AllSets : sets)
            {
                var whole = ImageDataset.FromFolder(BenchmarkData.Require("datasets/" + set));
                foreach (string size in (string[])["20", "50", "100", "all"])
                {
                    for (int seed = 0; seed < (size == "all" ? 1 : 3); seed++)
                    {
                        rows++;
                        inside += await MeasureAsync(learner, whole, set, size, seed).ConfigureAwait(false) ? 1 : 0;
                    }
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Console.WriteLine(FormattableString.Invariant($"{inside} of {rows} inside."));
    }

    private static async Task<bool> MeasureAsync(TransferLearner learner, ImageDataset whole, string set, string size, int seed)
    {
        var dataset = new ImageDataset(set, RecipeTable.Part(whole.Train, size, seed), null);
        LabeledImage[] others = [.. whole.Validation, .. whole.Test];
        var unseen = new LabeledImageSet("unseen", whole.Classes, others);
        var advice = await learner.Auto(new TransferAdvisorOptions { Seed = seed }).AdviseAsync(dataset).ConfigureAwait(false);
        using var classifier = await learner.FeatureExtraction().FitAsync(dataset).ConfigureAwait(false);
        double measured = (await classifier.EvaluateAsync(unseen).ConfigureAwait(false)).Report.Accuracy;
        var (lower, upper) = (advice.ExpectedAccuracyInterval.Lower, advice.ExpectedAccuracyInterval.Upper);

        // The measured accuracy is that of a few hundred images, and has an error of its own.
        double error = Math.Sqrt(measured * (1 - measured) / unseen.Count);
        bool isInside = measured >= lower - error && measured <= upper + error;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {set} | {size} | {seed} | {100 * advice.ExpectedAccuracy:F1} | {100 * lower:F1} to {100 * upper:F1} ") +
            FormattableString.Invariant($"| {100 * measured:F1} | {100 * error:F1} | {(isInside ? "yes" : "no")} |"));
        return isInside;
    }
}
