using System.Text.Json;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Reports;

/// <summary>
/// Evaluations with mistakes: some images lie in the folder of another class. Names that look like markup, where that is asked for.
/// </summary>
internal static class SpoiltReport
{
    public const string FileName = "<b>\"x\"&'.jpg";

    /// <summary>What the classes are called in the reports of <see cref="WriteAsync"/>.</summary>
    public static IReadOnlyList<string> Labels { get; } =
        ["</script><script>window.hacked=1</script>", "<img src=x onerror=\"window.hacked=2\">", "a & b 'c' {{data}} ★"];

    /// <summary>Copies the example's images into a folder, some of each class into the folder of the next one.</summary>
    public static string Spoil(DrawnExample example, string folder)
    {
        var test = example.Dataset.Test;
        for (int i = 0; i < test.Count; i++)
        {
            int label = i % 5 < 2 ? (test[i].Label + 1) % test.Classes.Count : test[i].Label;
            string classFolder = Directory.CreateDirectory(Path.Combine(folder, test.Classes[label])).FullName;
            File.Copy(test[i].Path, Path.Combine(classFolder, i == 0 ? FileName : FormattableString.Invariant($"{i:00}.jpg")));
        }

        return folder;
    }

    /// <summary>
    /// Evaluates a copy of the classifier that has the hostile names, and returns the text of its report, which is <c>report.html</c>.
    /// </summary>
    public static async Task<string> WriteAsync(
        DrawnExample example, TemporaryFolder folder, ImageClassifier? classifier, HtmlReportOptions? options = null)
    {
        classifier ??= await example.ClassifierAsync();
        var model = classifier.ToOnnx().WithMetadata([new(ModelMetadata.LabelsKey, ModelMetadata.StringsToJson(Labels))]);
        using var renamed = ImageClassifier.FromFinished(model, "renamed", null, null);
        string images = folder.File("images");
        if (!Directory.Exists(images))
            Spoil(example, images);
        var dataset = ImageDataset.FromFolder(images, new ImageFolderOptions { ValidationFraction = 0, TestFraction = 0 }).All;
        var evaluation = await renamed.EvaluateAsync(new LabeledImageSet("spoilt", Labels, dataset));
        options ??= HtmlReportOptions.Default;
        string page = folder.File("report.html");
        await HtmlReport.WriteAsync(page, evaluation, renamed, options with { Title = "<script>window.hacked=3</script>" });
        return await File.ReadAllTextAsync(page);
    }

    /// <summary>The data in a page.</summary>
    public static JsonElement DataOf(string page)
    {
        const string start = "id=\"data\">";
        int from = page.IndexOf(start, StringComparison.Ordinal) + start.Length;
        using var document = JsonDocument.Parse(page[from..page.IndexOf("</script>", from, StringComparison.Ordinal)]);
        return document.RootElement.Clone();
    }
}
