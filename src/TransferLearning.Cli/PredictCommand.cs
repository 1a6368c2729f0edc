using System.CommandLine;
using System.Globalization;
using TransferLearning.Cli.Shards;

namespace TransferLearning.Cli;

/// <summary><c>predict MODEL IMAGE…</c>: classifies images with a trained classifier or a pretrained network as it is.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var model = SharedOptions.Model();
        var images = new Argument<string[]>("images")
        {
            Description = "Images, or folders of images; with --output one folder, or a text file with the path of an image on each line.",
            Arity = ArgumentArity.OneOrMore,
        }.RefuseOptionLike();
        var top = NumberOption.Whole("--top", "The number of classes to print for each image.", otherwise: 5, least: 1);
        var preprocessing = SharedOptions.Preprocessing();
        var shards = ShardOptions.Create(required: false);
        var json = SharedOptions.Json();
        var command = new Command("predict", "Classify images, and print the result or write Parquet files.")
        {
            model, images, top, preprocessing, json,
        };
        shards.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var (network, sources) = (parsed.GetRequiredValue(model), parsed.GetRequiredValue(images));
            var (classes, input, asJson) = (parsed.GetValue(top), parsed.GetValue(preprocessing), parsed.GetValue(json));
            return shards.Read(parsed) is { } parts
                ? RunShardAsync(network, sources, classes, input, parts, asJson, cancellationToken)
                : RunAsync(network, sources, classes, input, asJson, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunShardAsync(
        string model, string[] sources, int top, string? preprocessing, ShardOptions parts, bool json, CancellationToken cancellationToken)
    {
        if (sources is not [var source])
            throw new ArgumentException("With --output give one folder or one list of images.");
        var classifier = await SharedOptions.ReadClassifierAsync(model, preprocessing, cancellationToken).ConfigureAwait(false);
        using var table = new PredictionTable(classifier, top);
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
                item.Path,
                item.Prediction?.Label,
                SynsetOf(item.Prediction, classifier),
                item.Prediction?.Probability,
                item.Prediction?.Top(top),
                item.Error))]);
        }
        else
        {
            foreach (var item in predictions)
                Print(item, top);
        }

        // One undecodable image does not stop the others, but the exit code tells scripts that a prediction is missing.
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
        var classes = prediction.Top(top).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Label} {100 * c.Probability:F1}%"));
        Console.Out.WriteLine($"{item.Path}: {string.Join("  ", classes)}");
    }

    /// <summary>Replaces folders by the images below them, in ordinal order.</summary>
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

        return paths.Count > 0
            ? paths
            : throw new DatasetException($"There are no images in {string.Join(", ", images.Select(i => $"'{i}'"))}.");
    }
}
