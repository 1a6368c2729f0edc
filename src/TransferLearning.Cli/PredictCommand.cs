using System.CommandLine;
using System.Globalization;
using TransferLearning.Cli.Shards;

namespace TransferLearning.Cli;

/// <summary><c>predict MODEL IMAGE…</c>: classifies images with a trained classifier or a pretrained network as it is.</summary>
internal static class PredictCommand
{
    private const string Unknown = "unknown";

    public static Command Create()
    {
        var model = SharedOptions.Model();
        var images = new Argument<string[]>("images")
        {
            Description = "Images, or folders of images; with --output one folder, or a text file with the path or the http " +
                "address of an image on each line.",
            Arity = ArgumentArity.OneOrMore,
        }.RefuseOptionLike();
        var top = NumberOption.Whole("--top", "The number of classes to print for each image.", otherwise: 5, least: 1);
        var preprocessing = SharedOptions.Preprocessing();
        var shards = ShardOptions.Create(required: false);
        var csv = new Option<bool>(
            "--csv") { Description = "Print a table for a spreadsheet: path, label, probability, further classes, error." };
        var json = SharedOptions.Json();
        var command = new Command("predict", "Classify images, and print the result or write Parquet files.")
        {
            model, images, top, preprocessing, csv, json,
        };
        shards.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(csv) && result.GetValue(json))
                result.AddError("Use only one of --csv and --json.");
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            var (network, sources) = (parsed.GetRequiredValue(model), parsed.GetRequiredValue(images));
            var (classes, input, asJson) = (parsed.GetValue(top), parsed.GetValue(preprocessing), parsed.GetValue(json));
            Action<ImageClassifier?, IReadOnlyList<ImagePrediction>, int> print = asJson ? PrintJson : parsed.GetValue(csv) ? PrintCsv
                : PrintText;
            return shards.Read(parsed) is { } parts
                ? RunShardAsync(network, sources, classes, input, parts, asJson, cancellationToken)
                : RunAsync(network, sources, classes, input, print, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunShardAsync(
        string model, string[] sources, int top, string? preprocessing, ShardOptions parts, bool json, CancellationToken cancellationToken)
    {
        if (sources is not [var source])
            throw new ArgumentException("With --output give one folder or one list of images.");
        var classifier = await SharedOptions.ReadClassifierAsync(model, preprocessing, cancellationToken).ConfigureAwait(false);
        using var table = new PredictionTable(classifier, top, parts.Downloads);
        return await ShardRun.RunAsync(source, parts, table, json, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> RunAsync(
        string model,
        string[] images,
        int top,
        string? preprocessing,
        Action<ImageClassifier?, IReadOnlyList<ImagePrediction>, int> print,
        CancellationToken cancellationToken)
    {
        SharedOptions.IsFile(model);
        var given = ImageArguments.Expand(images);
        string[] paths = [.. given.Where(argument => argument.Error is null).Select(argument => argument.Path)];

        // Nothing is downloaded or loaded for arguments that all name nothing.
        using var classifier = paths.Length == 0
            ? null
            : await SharedOptions.ReadClassifierAsync(model, preprocessing, cancellationToken).ConfigureAwait(false);
        var predicted = classifier is null
            ? []
            : await ProgressDisplay.RunAsync(progress => classifier.PredictAsync(
                paths, UndecodableImages.Skip, progress, cancellationToken)).ConfigureAwait(false);
        var results = InOrder(given, predicted);
        print(classifier, results, top);

        // What is missing or undecodable does not stop the others, but the exit code tells scripts that a prediction is missing.
        string[] errors = [.. results.Select(item => item.Error).OfType<string>()];
        foreach (string error in errors)
            await Console.Error.WriteLineAsync("error: " + error).ConfigureAwait(false);
        return errors.Length > 0 ? ExitCode.BadInput : ExitCode.Success;
    }

    /// <summary>One result for each argument, in their order, with errors in the words of the command line.</summary>
    private static List<ImagePrediction> InOrder(IReadOnlyList<ImageArgument> given, IReadOnlyList<ImagePrediction> predicted)
    {
        var results = new List<ImagePrediction>(given.Count);
        int next = 0;
        foreach (var argument in given)
        {
            var result = argument.Error is null
                ? predicted[next++]
                : new ImagePrediction { Path = argument.Path, Error = argument.Error };
            results.Add(result.Error is { } error ? result with { Error = OptionWords.WithoutSkip(error) } : result);
        }

        return results;
    }

    private static void PrintJson(ImageClassifier? classifier, IReadOnlyList<ImagePrediction> predictions, int top) =>
        JsonOutput.Print(new JsonOutput.Predictions([.. predictions.Select(item => new JsonOutput.Predict(
            item.Path,
            item.Prediction?.Label,
            SynsetOf(item.Prediction, classifier),
            item.Prediction?.Probability,
            item.Prediction?.Top(top),
            item.Error,
            item.Prediction is null || classifier?.Rejection is null ? null : item.Prediction.IsKnown))]));

    private static void PrintCsv(ImageClassifier? classifier, IReadOnlyList<ImagePrediction> predictions, int top)
    {
        int others = Math.Min(top, classifier?.Labels.Count ?? top) - 1;
        CsvOutput.WriteRow(
        [
            "path", "label", "probability", .. Enumerable.Range(2, others)
                .SelectMany(i => (string[])[$"label{i}", $"probability{i}"]), "error",
        ]);
        foreach (var item in predictions)
        {
            var classes = item.Prediction?.Top(others + 1)
                .Select((c, i) => i == 0 && !item.Prediction.IsKnown ? c with { Label = Unknown } : c)
                .SelectMany(c => (string[])[c.Label, CsvOutput.Number(c.Probability)]);
            CsvOutput.WriteRow([item.Path, .. classes ?? Enumerable.Repeat("", 2 * (others + 1)), item.Error]);
        }
    }

    private static void PrintText(ImageClassifier? classifier, IReadOnlyList<ImagePrediction> predictions, int top)
    {
        foreach (var item in predictions)
            Print(item, top);
    }

    private static string? SynsetOf(Prediction? prediction, ImageClassifier? classifier) =>
        prediction is null || classifier is not { Synsets.Count: > 0 } ? null : classifier.Synsets[prediction.LabelIndex];

    private static void Print(ImagePrediction item, int top)
    {
        if (item.Prediction is not { } prediction)
            return;
        var classes = prediction.Top(top).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Label} {100 * c.Probability:F1}%"));
        Console.Out.WriteLine(prediction.IsKnown
            ? $"{item.Path}: {string.Join("  ", classes)}"
            : $"{item.Path}: unknown (most similar: {string.Join("  ", classes)})");
    }
}
