using System.Diagnostics;
using System.Globalization;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// The peak memory of commands of the tool with the packaged ResNet-18, whose weights take 64 MB, each in a process of its own, and what
/// they may take: 150 MB and 2.5 times the weights, and 4 times the trained ones in fine-tuning.
/// </summary>
internal static class MemoryTable
{
    private const string Backbone = "resnet18packaged";
    private const double Fixed = 150, Weights = 63.7, LastQuarter = 47.2;

    public static void Run()
    {
        string images = BenchmarkData.Require("datasets/dogs_vs_cats");
        string folder = Directory.CreateTempSubdirectory("memory-").FullName;
        string model = Path.Combine(folder, "model.onnx");
        double frozen = Fixed + 2.5 * Weights;
        try
        {
            Console.WriteLine("| command | peak MB | goal MB |");
            Console.WriteLine("| --- | ---: | ---: |");
            Measure("summary", frozen, "summary", Backbone);
            Measure("features", frozen, "features", images, "--backbone", Backbone, "-o", Path.Combine(folder, "features.parquet"));
            Measure("train, frozen features", frozen,
                "train", images, "--backbone", Backbone, "--scenario", "feature-extraction", "-o", model);
            Measure("predict", frozen, "predict", model, Path.Combine(images, "valid"));
            Measure("train, last quarter, one epoch", frozen + 4 * LastQuarter,
                "train", images, "--backbone", Backbone, "--scenario", "fine-tuning", "--freeze", "0.75", "--epochs", "1", "-o",
                Path.Combine(folder, "tuned.onnx"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(string what, double goal, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [BenchmarkData.Tool, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        long peak = 0;
        while (!process.WaitForExit(10))
        {
            process.Refresh();
            peak = Math.Max(peak, process.HasExited ? 0 : process.PeakWorkingSet64);
        }

        if (process.ExitCode != 0)
            throw new InvalidOperationException($"'{string.Join(' ', arguments)}' ended with {process.ExitCode}.");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {peak / 1e6:F0} | {goal:F0} |"));
    }
}
