using TransferLearning.Onnx;

namespace TransferLearning.TestHost;

/// <summary>
/// <c>extract MODEL SIZE IMAGES [CACHE]</c>: extracts the features of the images of a folder, by name, through a cache. Writes
/// <c>start</c> first, and <c>done COUNT</c> at the end.
/// </summary>
internal static class ExtractCommand
{
    public static async Task RunAsync(string[] arguments)
    {
        int size = int.Parse(arguments[1], System.Globalization.CultureInfo.InvariantCulture);
        using var extractor = new FeatureExtractor(OnnxModel.Load(arguments[0]), new ImagePreprocessing { Width = size, Height = size });
        string[] paths = [.. Directory.GetFiles(arguments[2]).Order(StringComparer.Ordinal)];
        var cache = arguments.Length > 3 ? new FeatureCache(arguments[3]) : null;
        await Console.Out.WriteLineAsync("start");
        await Console.Out.FlushAsync();
        var features = await extractor.ExtractAsync(paths, cache);
        await Console.Out.WriteLineAsync($"done {features.Rows}");
    }
}
