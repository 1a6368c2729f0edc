using System.Diagnostics;
using System.Globalization;

namespace TransferLearning.Benchmarks.Architectures;

/// <summary>
/// <c>vit-from-scratch [SIDE] [EPOCHS]</c>: <see cref="VitTiny"/> learns the digits of sign language from random weights. Prints loss and
/// accuracy of every epoch, and the time of a step.
/// </summary>
internal static class VitFromScratch
{
    private const int Batch = 32, DefaultSide = 96, DefaultEpochs = 5;

    public static async Task RunAsync(string[] options)
    {
        int side = options is [var first, ..] ? int.Parse(first, CultureInfo.InvariantCulture) : DefaultSide;
        int epochs = options is [_, var second, ..] ? int.Parse(second, CultureInfo.InvariantCulture) : DefaultEpochs;
        var images = ImageDataset.FromFolder(BenchmarkData.Require("datasets/sign_language"));
        string file = Path.Combine(Directory.CreateTempSubdirectory("vit").FullName, "vit_tiny.onnx");
        try
        {
            VitTiny.Build(side, images.Classes.Count).Save(file);
            var scratch = new ScratchOptions { Epochs = epochs, BatchSize = Batch, LearningRate = 5e-4, Seed = 1 };
            var clock = Stopwatch.StartNew();
            using var classifier = await TransferLearner.From(Backbone.FromFile(file, "tf")).FromScratch(scratch).FitAsync(images);
            int steps = epochs * ((images.Train.Count + Batch - 1) / Batch);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{images.Train.Count} images of {side}×{side}, {images.Classes.Count} classes, {clock.Elapsed.TotalSeconds:F0} s, " +
                $"{clock.Elapsed.TotalMilliseconds / steps:F0} ms a step of {Batch}, all included"));
            foreach (var epoch in classifier.Training!.History!)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"epoch {epoch.Epoch}: loss {epoch.Loss:F3}, accuracy {100 * epoch.Accuracy:F1}%, validation " +
                    $"{100 * epoch.ValidationAccuracy:F1}%"));
            }
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }
}
