using System.CommandLine;
using System.Globalization;
using TransferLearning.Cli.Shards;

namespace TransferLearning.Cli;

/// <summary><c>predict MODEL IMAGE…</c>: what is on the images, by a trained classifier or by a pretrained backbone as it is.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "A classifier, an ONNX backbone, or the name of a backbone of the catalog." }.RefuseOptionLike();
        var images = new Argument<string[]>("images")
        {
            Description = "Images, or folders of images; with --output one folder, or a text file with the path of an image on each line.",
            Arity = ArgumentArity.OneOrMore,
        }.RefuseOptionLike();
        var top = NumberOption.Whole("--top", "How many classes to print for each image.", otherwise: 5, least: 1);
        var preprocessing = SharedOptions.Preprocessing();
        var shards = ShardOptions.Create(required: false);
        var json = SharedOptions.Json();
        var command = new Command("predict", "Say what is on images, here or in Parquet files.") { model, images, top, preprocessing, json };
        shards.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            string network = parsed.GetRequiredValue(model);
            string[] sources = parsed.GetRequiredValue(images);
            return shards.Read(parsed) is { } parts
                ? RunShardAsync(network, sources, parsed.GetValue(top), parsed.GetValue(preprocessing), parts, parsed.GetValue(json), cancellationToken)
                : RunAsync(network, sources, parsed.GetValue(top), parsed.GetValue(preprocessing), parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunShardAsync(
        string model, string[] sources, int top, string? preprocessing, ShardOptions parts, bool json, CancellationToken cancellationToken)
    {
        if (sources is not [var source])
            throw new ArgumentException("With --output there is one folder or one list of images, not several.");
        using var table = new PredictionTable(await SharedOptions.ReadClassifierAsync(model, preprocessing, cancellationToken).ConfigureAwait(false), top);
        return await ShardRun.RunAsync(source, parts, table, json, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> RunAsync(
        string model, string[] images, int top, string? preprocessing, bool json, CancellationToken cancellationToken)
    {
        var paths = Expand(images);
        using var classifier = await SharedOptions.ReadClassifierAsync(model, preprocessing, cancellationToken).ConfigureAwait(false);
        var predictions = await ProgressDisplay.RunAsync(progress => classifier.PredictAsync(
            paths, UndecodableImages.Skip, progress, cancellationToken)).ConfigureAwait(false);
        if (json)
        {
            JsonOutput.Print<IReadOnlyList<JsonOutput.Predict>>([.. predictions.Select(item => new JsonOutput.Predict(
                item.Path, item.Prediction?.Label, SynsetOf(item.Prediction, classifier), item.Prediction?.Probability, item.Prediction?.Top(top), item.Error))]);
        }
        else
        {
            foreach (var item in predictions)
                Print(item, top);
        }

        // One bad image does not cost the others their predictions, but a script must see that something is missing.
        foreach (var failed in predictions.Where(item => item.Error is not null))
            await Console.Error.WriteLineAsync("error: " + failed.Error).ConfigureAwait(false);
        return predictions.Any(item => item.Error is not null) ? ExitCode.BadInput : ExitCode.Success;
    }

    private static string? SynsetOf(Prediction? prediction, ImageClassifier classifier) =>
        prediction is null || classifier.Synsets.Count == 0 ? null : classifier.Synsets[prediction.LabelIndex];

    private static void Print(ImagePrediction item, int top)
    {
        if (item.Prediction is not { } prediction)
            return;
        string classes = string.Join("  ", prediction.Top(top).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Label} {100 * c.Probability:F1}%")));
        Console.Out.WriteLine($"{item.Path}: {classes}");
    }

    /// <summary>Folders become the images below them, in ordinal order.</summary>
    private static List<string> Expand(string[] images)
    {
        var paths = new List<string>();
        foreach (string image in images)
        {
            if (Directory.Exists(image))
                paths.AddRange(ImageFiles.Find(image));
            else if (File.Exists(image))
                paths.Add(image);
            else
                throw new FileNotFoundException($"'{image}' is neither a file nor a folder.");
        }

        return paths.Count > 0 ? paths : throw new DatasetException($"There are no images in {string.Join(", ", images.Select(i => $"'{i}'"))}.");
    }
}
