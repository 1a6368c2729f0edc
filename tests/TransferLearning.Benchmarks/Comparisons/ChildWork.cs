using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using TransferLearning.Benchmarks.Architectures;
using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>What this program does in a process of its own, as a user's program would: <c>-- child WORK …</c>.</summary>
internal static class ChildWork
{
    /// <summary>Loads a saved classifier and predicts one image.</summary>
    public static LineProcess StartOurs(string model, string image) => Start("ours", model, image);

    /// <summary>Fits ML.NET's chain and predicts one image.</summary>
    public static LineProcess StartStock(string model, string image) => Start("stock", model, image);

    /// <summary>Reads a tensor that is ready and runs the network once.</summary>
    public static LineProcess StartBare(string model, string tensor) => Start("bare", model, tensor);

    /// <summary>Predicts many images of mixed sizes; writes resident megabytes after the first ones and at the end.</summary>
    /// <param name="warmUp">The number of the first ones.</param>
    /// <param name="predictions">The number of all.</param>
    /// <param name="variable">An environment variable that sets the collector; null: the runtime's default.</param>
    /// <param name="value">Its value.</param>
    public static LineProcess StartSoak(int warmUp, int predictions, string? variable, string? value)
    {
        var start = new ProcessStartInfo(
            "dotnet", ["exec", typeof(ChildWork).Assembly.Location, "child", "soak", Text(warmUp), Text(predictions)]);
        if (variable is not null)
            start.Environment[variable] = value;
        return LineProcess.Start(start);

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    public static async Task RunAsync(string work, string first, string second)
    {
        switch (work)
        {
            case "ours":
                using (var classifier = ImageClassifier.Load(first))
                    Console.WriteLine(classifier.Predict(second).Label);
                break;
            case "stock":
                using (var engine = new StockPipeline(first, [second], StockPipeline.ProbabilitiesOutput).Engine())
                    Console.WriteLine(engine.Predict(second).Length);
                break;
            case "bare":
                float[] tensor = MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(second)).ToArray();
                using (var network = new BareNetwork(
                    await File.ReadAllBytesAsync(first), StockPipeline.ProbabilitiesOutput, tensor, 1, BareNetwork.Setting.OneImage))
                    network.Run(0);
                break;
            case "scores":
                ArchitecturesCommand.WriteScores(first, second);
                break;
            case "soak":
                await SoakAsync(int.Parse(first, CultureInfo.InvariantCulture), int.Parse(second, CultureInfo.InvariantCulture));
                break;
            default:
                throw new ArgumentException($"'{work}' is no work of a child process.", nameof(work));
        }
    }

    private static LineProcess Start(params string[] arguments) =>
        LineProcess.StartDotnet(typeof(ChildWork).Assembly.Location, ["child", .. arguments]);

    private static async Task SoakAsync(int warmUp, int predictions)
    {
        using var classifier = await TransferLearner.From(Backbones.TinyResNet).Classifier().CreateAsync();
        byte[][] images = NoiseImages.Create();
        for (int i = 1; i <= predictions; i++)
        {
            classifier.Predict(images[i % images.Length]);
            if (i == warmUp || i == predictions)
                Console.WriteLine((Environment.WorkingSet / 1e6).ToString(CultureInfo.InvariantCulture));
        }
    }
}
