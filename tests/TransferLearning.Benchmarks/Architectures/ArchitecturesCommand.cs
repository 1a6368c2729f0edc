using System.Globalization;
using TransferLearning.Benchmarks.Measuring;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks.Architectures;

/// <summary>
/// <c>architectures [--folder FOLDER] [--only TEXT] [--markdown FILE]</c>: what works with each reference network, by doing it. Every
/// network is summarized, gets a new head, is fine-tuned from three quarters of its depth and as a whole for one epoch, saved, explained
/// and quantized, on a few images of three colours; the scores after training the whole network are compared with those of the saved file
/// in another process; and the gradients of a step are compared with PyTorch's.
/// </summary>
internal static class ArchitecturesCommand
{
    private const string Works = "yes";

    public static async Task<int> RunAsync(string[] options)
    {
        string folder = Option(options, "--folder") ?? BenchmarkData.Require("models/torch");
        string only = Option(options, "--only") ?? "";
        string work = Directory.CreateTempSubdirectory("architectures").FullName;
        try
        {
            var images = ColoredImages.Write(Path.Combine(work, "images"));
            string[] files =
                [.. Directory.GetFiles(folder, "*.onnx").Where(file => Path.GetFileName(file).Contains(only, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)];
            var lines = new List<string>
            {
                "| network | summary | head | last layers | whole network | same scores in another process | explain | quantize | " +
                "gradient error | PyTorch's in float32 |",
                "| --- | --- | --- | --- | --- | --- | --- | --- | ---: | ---: |",
            };
            foreach (string file in files)
            {
                string row = await RowAsync(ReferenceNetwork.Read(file), images, work);
                lines.Add(row);
                Console.WriteLine(row);
            }

            if (Option(options, "--markdown") is { } markdown)
                await File.WriteAllLinesAsync(markdown, lines);
            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Writes the scores of a saved classifier for images, one line each; runs in a process of its own.</summary>
    public static void WriteScores(string model, string folder)
    {
        using var classifier = ImageClassifier.Load(model);
        foreach (string image in Images(folder))
        {
            float[] scores = classifier.Predict(image).Probabilities.ToArray();
            Console.WriteLine(string.Join(' ', scores.Select(score => score.ToString("R", CultureInfo.InvariantCulture))));
        }
    }

    private static async Task<string> RowAsync(ReferenceNetwork reference, ImageDataset images, string work)
    {
        var learner = TransferLearner.From(Backbone.FromFile(reference.Path, "imagenet"));
        string saved = Path.Combine(work, "whole.onnx");
        string same = "no", explained = "no", quantized = "no";
        string summary = Try(() =>
        {
            var found = OnnxModel.Load(reference.Path).Summarize();
            return found.TrainableParameters > 0 ? Works : "no weights";
        });
        string head = await TryAsync(async () =>
        {
            using var classifier = await learner.FeatureExtraction().FitAsync(images);
            explained = Try(() => Explain(classifier, work));
            quantized = await TryAsync(() => QuantizeAsync(classifier, images));
            return Works;
        });
        string last = await TryAsync(() => FineTuneAsync(learner, FreezePoint.Fraction(0.75), images, _ => Task.CompletedTask));
        string whole = await TryAsync(() => FineTuneAsync(learner, FreezePoint.None, images, async classifier =>
        {
            classifier.Save(saved);
            same = await TryAsync(() => CompareInAnotherProcessAsync(classifier, saved, work));
        }));
        string error = Try(() =>
        {
            var (gradients, loss) = reference.StepError();
            return string.Create(CultureInfo.InvariantCulture, $"{gradients:0.0e-0}{(loss > 1e-5 ? $" (loss {loss:0.0e-0})" : "")}");
        });
        string torch = reference.SinglePrecisionError.ToString("0.0e-0", CultureInfo.InvariantCulture);
        return $"| {string.Join(" | ", reference.Name, summary, head, last, whole, same, explained, quantized, error, torch)} |";
    }

    private static async Task<string> FineTuneAsync(
        TransferLearner learner, FreezePoint freeze, ImageDataset images, Func<ImageClassifier, Task> use)
    {
        var options = new FineTuningOptions { Freeze = freeze, Epochs = 1, BatchSize = 6, LearningRate = 1e-3 };
        using var classifier = await learner.FineTuning(options).FitAsync(images);
        await use(classifier);
        return Works;
    }

    private static string Explain(ImageClassifier classifier, string work)
    {
        using var cam = new GradCam(classifier);
        var explanation = cam.Explain(Images(Path.Combine(work, "images"))[0]);
        return explanation.Map.ContainsAnyExcept(0f) ? $"{explanation.Width}×{explanation.Height}" : "empty map";
    }

    private static async Task<string> QuantizeAsync(ImageClassifier classifier, ImageDataset images)
    {
        using var quantized =
            await classifier.QuantizeAsync(images.Train, images.Validation, new QuantizationOptions { MaxAccuracyLoss = 1 });
        var summary = quantized.Quantization!;
        return $"{summary.Convolutions} of {summary.Convolutions + summary.FloatConvolutions}";
    }

    private static async Task<string> CompareInAnotherProcessAsync(ImageClassifier classifier, string saved, string work)
    {
        string images = Path.Combine(work, "images");
        using var child = LineProcess.StartDotnet(typeof(ArchitecturesCommand).Assembly.Location, "child", "scores", saved, images);
        double greatest = 0;
        foreach (string image in Images(images))
        {
            float[] expected = classifier.Predict(image).Probabilities.ToArray();
            var scores = (await child.ReadAsync()).Split(' ').Select(score => float.Parse(score, CultureInfo.InvariantCulture));
            greatest = Math.Max(greatest, expected.Zip(scores, (a, b) => Math.Abs(a - b)).Max());
        }

        return greatest <= 1e-5 ? Works : string.Create(CultureInfo.InvariantCulture, $"off by {greatest:0.0e-0}");
    }

    private static string[] Images(string folder) =>
        [.. Directory.GetFiles(folder, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where((_, i) => i % 6 == 0)];

    private static string Try(Func<string> check)
    {
        try
        {
            return check();
        }
        catch (TransferLearningException error)
        {
            return Short(error);
        }
    }

    private static async Task<string> TryAsync(Func<Task<string>> check)
    {
        try
        {
            return await check();
        }
        catch (TransferLearningException error)
        {
            return Short(error);
        }
    }

    private static string Short(Exception error) =>
        "no: " + (error.Message.Length > 160 ? error.Message[..160] + "…" : error.Message).ReplaceLineEndings(" ").Replace('|', '/');

    private static string? Option(string[] options, string name) =>
        Array.IndexOf(options, name) is >= 0 and var at && at + 1 < options.Length ? options[at + 1] : null;
}
