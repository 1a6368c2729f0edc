using TransferLearning.Tests.Cli;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Reports;

/// <summary>What the report says beyond its figures: conclusions, the comparison, unknown images; and what it keeps to itself.</summary>
public sealed class ReportConclusionTests(DrawnExample example)
{
    [Fact]
    public async Task The_report_of_the_tool_draws_conclusions_and_shows_no_folder_of_the_machine()
    {
        using var folder = new TemporaryFolder();
        string images = SpoiltReport.Spoil(example, folder.File("shapes"));
        File.Copy(
            example.Dataset.Train[0].Path, Path.Combine(images, example.Dataset.Classes[example.Dataset.Train[0].Label], "known.jpg"));
        await File.WriteAllTextAsync(Path.Combine(images, "circle", "broken.jpg"), "");
        string model = await example.ModelAsync(), page = folder.File("report.html");
        var run = await CliRun.RunAsync("evaluate", model, images, "--report", page, "--compare", model, "--skip-undecodable");
        Assert.Equal(0, run.ExitCode);
        string text = await File.ReadAllTextAsync(page);
        Assert.DoesNotContain(folder.Path, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetDirectoryName(model)!, text, StringComparison.Ordinal);
        var data = SpoiltReport.DataOf(text);
        Assert.Equal($"{Path.GetFileName(model)} on shapes", data.GetProperty("title").GetString());
        var conclusions = data.GetProperty("conclusions").EnumerateArray().ToArray();
        string[] said = [.. conclusions.Select(c => c.GetProperty("text").GetString()!)];
        Assert.StartsWith("1 of 19 images were trained on", said[0], StringComparison.Ordinal);
        Assert.Contains(
            said, text => text.StartsWith('\'') && text.Contains(" is taken for '", StringComparison.Ordinal));
        Assert.Contains(said, text => text.Contains("fewer than 10 images of 'circle'", StringComparison.Ordinal));
        Assert.Contains("Add training images", string.Concat(conclusions.Select(c => c.GetProperty("next").GetString())));
        var comparison = data.GetProperty("comparison");
        Assert.Equal(
            (Path.GetFileName(model), 0, 0, 1.0),
            (comparison.GetProperty("name").GetString(), comparison.GetProperty("onlyFirst").GetInt32(),
                comparison.GetProperty("onlySecond").GetInt32(), comparison.GetProperty("pValue").GetDouble()));
        Assert.Equal(example.Dataset.Classes.Count, comparison.GetProperty("recalls").GetArrayLength());
    }

    [Fact]
    public void Wrong_labels_overconfidence_weak_classes_and_chance_are_told_apart()
    {
        // 100 images of each class; 'b' is mostly taken for 'a', without much certainty.
        string unsure =
            Said([('a', 'a', 0.95f, 100), ('b', 'a', 0.6f, 80), ('b', 'b', 0.6f, 20), ('c', 'c', 0.95f, 98), ('c', 'a', 0.95f, 2)]);
        Assert.Contains("'b' is taken for 'a' in 80 of 100 (80%) images, never the other way round.", unsure, StringComparison.Ordinal);
        Assert.Contains("Found least often: 'b' (20% of 100).", unsure, StringComparison.Ordinal);
        Assert.Contains("Only 2 of 200 (1%) images that get 90% or more contradict their label.", unsure, StringComparison.Ordinal);
        Assert.DoesNotContain("constant answer", unsure, StringComparison.Ordinal);

        string sure = Said([('a', 'a', 0.99f, 60), ('b', 'a', 0.99f, 50), ('b', 'b', 0.99f, 10)]);
        Assert.Contains("50 of 120 (41.7%) images that get 90% or more are wrong", sure, StringComparison.Ordinal);
        Assert.Contains("The probabilities are too high: 99% on average, while 58.3% are right.", sure, StringComparison.Ordinal);
        Assert.Contains("no better than a constant answer: always 'a' would be right for 50%", sure, StringComparison.Ordinal);

        string perfect = Said([('a', 'a', 0.97f, 300), ('b', 'b', 0.97f, 300)]);
        Assert.Equal("All images are classified correctly.", perfect);
    }

    [Theory]
    [InlineData("/home/someone/data/cats/1.jpg|/home/someone/data/dogs/2.jpg", "/home/someone/data/cats/1.jpg", "cats/1.jpg")]
    [InlineData("/srv/a/cats/1.jpg|/mnt/b/dogs/2.jpg", "/mnt/b/dogs/2.jpg", "b/dogs/2.jpg")]
    [InlineData(@"D:\data\cats\1.jpg|D:\data\dogs\2.jpg", @"D:\data\dogs\2.jpg", @"dogs\2.jpg")]
    [InlineData("cats/1.jpg|dogs/2.jpg", "dogs/2.jpg", "dogs/2.jpg")]
    public void Paths_are_relative_to_what_all_images_share(string images, string path, string shown)
    {
        var paths = new ReportPaths(images.Split('|'));
        Assert.Equal(shown, paths.Of(path));
        Assert.Equal(
            "'other/pets/x y.jpg': it is cut off; see 3/4 of it at https://example.org/a/b",
            paths.In("'/home/other/pets/x y.jpg': it is cut off; see 3/4 of it at https://example.org/a/b"));
    }

    [Fact]
    public void Options_are_words() => Assert.Equal(
        "label smoothing: 0.1\nhead: strengths 10 classes as counted, seed 0\nbalance classes: yes\nimages that cannot be decoded: are " +
        "left out",
        OptionWording.Of(
        [
            new("LabelSmoothing", "0.1"), new("Head", "strengths 10 classes AsCounted, seed 0"), new("ClassWeights", ""),
            new("BalanceClasses", "True"), new("Undecodable", "Skip"),
        ]));

    /// <summary>The conclusions of a classifier without a record of its training.</summary>
    private static string Said((char Actual, char Predicted, float Probability, int Count)[] cells)
    {
        string[] labels = [.. cells.Select(cell => cell.Actual.ToString()).Distinct()];
        int[] actual = [.. cells.SelectMany(cell => Enumerable.Repeat(Array.IndexOf(labels, $"{cell.Actual}"), cell.Count))];
        var predictions = cells.SelectMany(cell => Enumerable.Range(0, cell.Count).Select(_ => new ImagePrediction
        {
            Path = "x.jpg",
            Prediction = new Prediction(
                [
                    .. labels.Select(l => l == $"{cell.Predicted}" ? cell.Probability : (1 - cell.Probability) / (labels.Length - 1)),
                ],
                labels),
        })).ToArray();
        var images = new LabeledImageSet("x", labels, actual.Select((l, i) => new LabeledImage($"{i}.jpg", l)));
        var evaluation = EvaluationResult.Create(
            images, predictions, new ImageHash[actual.Length], [.. Enumerable.Range(0, labels.Length)], labels);
        return string.Join('\n', ReportConclusions.Of(evaluation, overlap: null, training: null).Select(c => c.Text));
    }
}
