using System.Diagnostics;
using System.Globalization;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// Frozen features, the fine-tuning defaults of before and of now, and the scenario auto, on real images of several sizes and seeds. Every
/// run is a line of a file of comma-separated values; runs that it already has are not repeated, so an interrupted table goes on.
/// </summary>
internal sealed class RecipeTable
{
    private const string Header = "backbone,set,images_per_class,seed,recipe,test_accuracy,test_images,seconds,best_epoch,restarts";

    internal static readonly string[] AllSets = ["dogs_vs_cats", "sign_language", "clothing", "trash", "solar_cells"];
    private static readonly string[] AllRecipes = ["frozen", "before", "now", "auto"];

    /// <summary>The defaults of before: plain gradient descent, a fixed number of epochs, and the last epoch as it comes.</summary>
    private static readonly FineTuningOptions Before = new()
    {
        Epochs = 6,
        BatchSize = 32,
        LearningRate = 0.03,
        BackboneRate = 0.1,
        Optimizer = new SgdOptions(),
        EarlyStopping = null,
        HoldOut = 0,
        Head = new LinearHeadOptions { RegularizationStrengths = [0.03] },
    };

    private readonly Dictionary<string, string> _options;
    private readonly List<string> _lines;

    private RecipeTable(string[] arguments)
    {
        _options = arguments.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        File = Option("--csv", "recipes.csv");
        _lines = System.IO.File.Exists(File) ? [.. System.IO.File.ReadAllLines(File).Skip(1)] : [];
    }

    private string File { get; }

    /// <summary>Measures what is missing and prints the table.</summary>
    /// <param name="arguments"><c>--sets</c>, <c>--sizes</c>, <c>--seeds</c>, <c>--recipes</c>, <c>--backbone</c>, <c>--csv</c>.</param>
    public static async Task RunAsync(string[] arguments)
    {
        var table = new RecipeTable(arguments);
        string backbone = table.Option("--backbone", "mobilenetv2-1.0-224.onnx");
        foreach (string size in table.List("--sizes", ["20", "100", "all"]))
        {
            foreach (string seed in table.List("--seeds", ["0", "1", "2"]))
            {
                foreach (string set in table.List("--sets", AllSets))
                    await table.MeasureAsync(backbone, set, size, int.Parse(seed, CultureInfo.InvariantCulture)).ConfigureAwait(false);
            }
        }

        table.Print();
    }

    private async Task MeasureAsync(string backbone, string set, string size, int seed)
    {
        string key = FormattableString.Invariant($"{backbone},{set},{size},{seed}");
        string[] missing = [.. List("--recipes", AllRecipes).Where(recipe => !IsKnown($"{key},{recipe},"))];
        if (missing.Length == 0)
            return;
        var whole = ImageDataset.FromFolder(BenchmarkData.Require("datasets/" + set));

        // Where a set has no test images, its validation images are the test, and training validates on images that it holds out.
        bool hasTest = whole.Test.Count > 0;
        var test = hasTest ? whole.Test : whole.Validation;
        var train = Part(whole.Train, size, seed);
        var dataset = new ImageDataset(set, train, hasTest ? whole.Validation : null);
        var learner = TransferLearner.From(
            backbone == "tiny" ? Backbones.TinyResNet : Backbone.FromFile(BenchmarkData.Require("models/" + backbone)));
        foreach (string recipe in missing)
        {
            var clock = Stopwatch.StartNew();
            ClassifierTraining training = recipe switch
            {
                "frozen" => learner.FeatureExtraction(),
                "before" => learner.FineTuning(Before with { Seed = seed }),
                "now" => learner.FineTuning(new FineTuningOptions { Seed = seed }),
                "auto" => learner.Auto(new TransferAdvisorOptions { Seed = seed }, fineTuning: new FineTuningOptions { Seed = seed }),
                _ => throw new ArgumentException($"There is no recipe '{recipe}'."),
            };

            // Before, validation images had no part in the training.
            var images = recipe == "before" ? new ImageDataset(set, train) : dataset;
            using var classifier = await training.FitAsync(images).ConfigureAwait(false);
            double seconds = clock.Elapsed.TotalSeconds;
            var report = (await classifier.EvaluateAsync(test).ConfigureAwait(false)).Report;
            int restarts = classifier.Training!.Notes.Count(note => note.Contains("started again", StringComparison.Ordinal));
            Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{key},{recipe},{report.Accuracy:F4},{test.Count},{seconds:F1},{classifier.Training.BestEpoch},{restarts}"));
        }
    }

    private bool IsKnown(string start) => _lines.Exists(line => line.StartsWith(start, StringComparison.Ordinal));

    private void Add(string line)
    {
        if (!System.IO.File.Exists(File))
            System.IO.File.WriteAllText(File, Header + "\n");
        System.IO.File.AppendAllText(File, line + "\n");
        _lines.Add(line);
        Console.Error.WriteLine(line);
    }

    /// <summary>Medians over the seeds; ± is the standard error of one measured accuracy.</summary>
    private void Print()
    {
        Console.WriteLine(
            $"| backbone | images | for each class | seeds | {string.Join(" | ", AllRecipes)} | ± | seconds, in this order |");
        Console.WriteLine("| --- | --- | --- | ---: |" + string.Concat(Enumerable.Repeat(" ---: |", AllRecipes.Length + 1)) + " --- |");
        foreach (var group in _lines.Select(line => line.Split(',')).GroupBy(cell => $"{cell[0]} | {cell[1]} | {cell[2]}"))
        {
            string[][] Of(string recipe) => [.. group.Where(cell => cell[4] == recipe)];
            string Cells(int column, string format, double scale) => string.Join(
                format == "F0" ? ", " : " | ",
                AllRecipes.Select(recipe => Of(recipe) is { Length: > 0 } runs ? Number(scale * Median(runs, column), format) : "–"));
            double share = Median([.. group], 5);
            double error = 100 * Math.Sqrt(share * (1 - share) / double.Parse(group.First()[6], CultureInfo.InvariantCulture));
            int seeds = group.Select(cell => cell[3]).Distinct().Count();
            Console.WriteLine($"| {group.Key} | {seeds} | {Cells(5, "F1", 100)} | {Number(error, "F1")} | {Cells(7, "F0", 1)} |");
        }
    }

    private static double Median(string[][] runs, int column)
    {
        double[] sorted = [.. runs.Select(cell => double.Parse(cell[column], CultureInfo.InvariantCulture)).Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>So many images of each class, chosen by the seed; all for "all".</summary>
    internal static LabeledImageSet Part(LabeledImageSet all, string size, int seed)
    {
        if (size == "all")
            return all;
        int most = int.Parse(size, CultureInfo.InvariantCulture);
        var chosen = new List<LabeledImage>();
        for (int label = 0; label < all.Classes.Count; label++)
        {
            int[] images = [.. Enumerable.Range(0, all.Count).Where(image => all[image].Label == label)];
            new SeededRandom(seed, RandomPurpose.Strata, label).Shuffle(images);
            chosen.AddRange(images.Take(most).Order().Select(image => all[image]));
        }

        return new LabeledImageSet("train", all.Classes, chosen);
    }

    private string Option(string name, string otherwise) => _options.GetValueOrDefault(name, otherwise);

    private string[] List(string name, string[] otherwise) => _options.TryGetValue(name, out string? text) ? text.Split(',') : otherwise;
}
