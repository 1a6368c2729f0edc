using System.Text.RegularExpressions;

namespace TransferLearning.Cli;

/// <summary>
/// Whether a network is trained and its preprocessing right: it classifies images whose classes are known from the names of their folders
/// or files, for instance <c>n01440764_tench.JPEG</c> or <c>tench/1.jpg</c>.
/// </summary>
internal static partial class BackboneImageCheck
{
    private const int Top = 5;

    /// <summary>Classifies all images below a folder whose class is known.</summary>
    /// <exception cref="ArgumentException">The backbone has no classes, or no image has a name of one.</exception>
    public static async Task<JsonOutput.BackboneImages> RunAsync(Backbone backbone, string folder, CancellationToken cancellationToken)
    {
        if (backbone.Labels.Count == 0)
            throw new ArgumentException($"{backbone.Name} has no classes of its own, so --images cannot check it; train on it instead.");
        var known = KnownImages(backbone, folder, cancellationToken);
        if (known.Count == 0)
        {
            throw new ArgumentException(
                $"No image below '{folder}' has a class of {backbone.Name} as the name of its folder or file, for instance " +
                $"'{backbone.Labels[0].Split(',')[0]}/1.jpg'.");
        }

        using var classifier = await ProgressDisplay.RunAsync(
            progress => TransferLearner.From(backbone).Classifier().CreateAsync(progress, cancellationToken)).ConfigureAwait(false);
        string[] paths = [.. known.Select(image => image.Path)];
        var predictions = await ProgressDisplay.RunAsync(
            progress => classifier.PredictAsync(paths, UndecodableImages.Throw, progress, cancellationToken)).ConfigureAwait(false);
        int first = 0, among = 0;
        foreach (var (prediction, label) in predictions.Zip(known, (item, image) => (item.Prediction!, image.Label)))
        {
            int better = prediction.Probabilities.ToArray().Count(probability => probability > prediction.Probabilities[label]);
            first += prediction.LabelIndex == label ? 1 : 0;
            among += better < Top ? 1 : 0;
        }

        return new JsonOutput.BackboneImages(backbone.Name, known.Count, (double)first / known.Count, (double)among / known.Count);
    }

    /// <summary>The result for people.</summary>
    public static string Describe(JsonOutput.BackboneImages result, int classes) =>
        $"{result.Name}: {Words.Share(result.Top1)} of {Words.Count(result.Images, "image")} right, {Words.Share(result.Top5)} among the " +
        $"first {Top} (by chance {Words.Share(1.0 / classes)})";

    private static List<(string Path, int Label)> KnownImages(
        Backbone backbone, string folder, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}'; give one with --images.");
        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < backbone.Labels.Count; i++)
        {
            // A name is a list of synonyms; one that two classes share belongs to the first.
            foreach (string name in backbone.Labels[i].Split(','))
                labels.TryAdd(EditDistance.Letters(name), i);
            if (i < backbone.Synsets.Count)
                labels.TryAdd(EditDistance.Letters(backbone.Synsets[i]), i);
        }

        var known = new List<(string, int)>();
        foreach (string path in ImageFiles.Find(folder, cancellationToken))
        {
            string file = Path.GetFileNameWithoutExtension(path);
            string parent = Path.GetFileName(Path.GetDirectoryName(path)!);
            string synset = Synset().Match(file).Groups["synset"].Value;
            string[] names = [parent, file, Synset().Replace(file, ""), Synset().Replace(parent, ""), synset];
            if (names.Select(EditDistance.Letters).FirstOrDefault(labels.ContainsKey) is { } found)
                known.Add((path, labels[found]));
        }

        return known;
    }

    [GeneratedRegex(@"^(?<synset>n\d{8})(_\d+)?_?")]
    private static partial Regex Synset();
}
