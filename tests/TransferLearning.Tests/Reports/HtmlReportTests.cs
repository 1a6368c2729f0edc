using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using TransferLearning.Tests.Cli;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Reports;

/// <summary>The report as a file: what is in it, and what it does with names that look like markup.</summary>
public sealed class HtmlReportTests(DrawnExample example)
{
    [Fact]
    public async Task The_images_that_the_report_calls_wrong_are_those_of_json()
    {
        using var folder = new TemporaryFolder();
        string images = SpoiltReport.Spoil(example, folder.File("images"));
        string page = folder.File("report.html");
        var json = (await CliRun.RunAsync("evaluate", await example.ModelAsync(), images, "--report", page, "--json")).Json();
        var data = SpoiltReport.DataOf(await File.ReadAllTextAsync(page));
        var listed = json.GetProperty("wrong").EnumerateArray().Select(
            w => (Path.GetRelativePath(images, w.GetProperty("path").GetString()!), w.GetProperty("probability").GetSingle()));
        var shown = data.GetProperty("images").EnumerateArray()
            .Where(p => p.GetProperty("actual").GetInt32() != p.GetProperty("predicted").GetInt32())
            .Select(p => (p.GetProperty("path").GetString()!, p.GetProperty("probability").GetSingle()));
        Assert.Equal(listed, shown);
        Assert.InRange(json.GetProperty("wrong").GetArrayLength(), 6, 40);
        Assert.Equal(json.GetProperty("ece").GetDouble(), data.GetProperty("summary").GetProperty("calibrationError").GetDouble());
        Assert.Equal(json.GetProperty("accuracy").GetDouble(), data.GetProperty("summary").GetProperty("accuracy").GetDouble());
    }

    [Fact]
    public async Task Names_that_look_like_markup_stay_names()
    {
        using var folder = new TemporaryFolder();
        string text = await SpoiltReport.WriteAsync(example, folder, await example.ClassifierAsync());
        Assert.Equal(2, Regex.Count(text, "<script"));
        Assert.Equal(2, Regex.Count(text, "</script"));
        Assert.DoesNotContain("<img", text, StringComparison.Ordinal);
        var data = SpoiltReport.DataOf(text);
        Assert.Equal(SpoiltReport.Labels, data.GetProperty("classes").Deserialize<string[]>()!);
        Assert.Contains(
            data.GetProperty("images").EnumerateArray(),
            p => p.GetProperty("path").GetString()!.EndsWith(SpoiltReport.FileName, StringComparison.Ordinal));
        Assert.Contains("<title>&lt;script&gt;", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_loaded_and_the_size_is_bounded()
    {
        using var folder = new TemporaryFolder();
        string text = await SpoiltReport.WriteAsync(
            example, folder, await example.ClassifierAsync(), new HtmlReportOptions { MaxImages = 10, ImageSide = 64 });
        Assert.DoesNotMatch(@"(src|href)\s*=\s*[""']?(https?:|//)|@import|url\(", text);
        Assert.Contains("default-src 'none'", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 20_000, 120_000);
        var images = SpoiltReport.DataOf(text).GetProperty("images").EnumerateArray().ToArray();
        Assert.Equal(10, images.Count(p => p.TryGetProperty("thumbnail", out _)));
    }

    [Fact]
    public async Task The_card_names_the_saved_file_and_the_data()
    {
        using var folder = new TemporaryFolder();
        string model = await example.ModelAsync();
        using var classifier = ImageClassifier.Load(model);
        async Task<Dictionary<string, string>> CardAsync(LabeledImageSet images)
        {
            await HtmlReport.WriteAsync(folder.File("card.html"), await classifier.EvaluateAsync(images), classifier);
            return SpoiltReport.DataOf(await File.ReadAllTextAsync(folder.File("card.html"))).GetProperty("card").EnumerateArray()
                .ToDictionary(entry => entry.GetProperty("name").GetString()!, entry => entry.GetProperty("value").GetString()!);
        }

        var test = example.Dataset.Test;
        var card = await CardAsync(test);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(model))), card["SHA-256 of the model"]);
        Assert.Contains("ONNX Runtime 1.", card["Versions"], StringComparison.Ordinal);

        // The order of the images does not matter; one image less does.
        var turned = await CardAsync(new LabeledImageSet("turned", test.Classes, test.Reverse()));
        var shorter = await CardAsync(new LabeledImageSet("shorter", test.Classes, test.Skip(1)));
        Assert.Equal(card["SHA-256 of the evaluated data"], turned["SHA-256 of the evaluated data"]);
        Assert.NotEqual(card["SHA-256 of the evaluated data"], shorter["SHA-256 of the evaluated data"]);
    }

    [Fact]
    public async Task The_card_says_what_the_classifier_was_trained_on_when_and_how()
    {
        using var folder = new TemporaryFolder();
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        await HtmlReport.WriteAsync(folder.File("card.html"), await classifier.EvaluateAsync(example.Dataset.Train), classifier);
        var card = SpoiltReport.DataOf(await File.ReadAllTextAsync(folder.File("card.html"))).GetProperty("card").EnumerateArray()
            .ToDictionary(entry => entry.GetProperty("name").GetString()!, entry => entry.GetProperty("value").GetString()!);

        // The two hashes are made in one way, so whoever evaluates on the training images sees it.
        Assert.Equal(card["SHA-256 of the evaluated data"], card["SHA-256 of the training data"]);
        Assert.Contains("pooling: auto\nhead: strengths 10 3 1", card["Training options"], StringComparison.Ordinal);
        Assert.Contains(
            "images that cannot be decoded: end the training\ncalibration: yes\nexecution:", card["Training options"],
                StringComparison.Ordinal);
        Assert.Contains("ONNX Runtime 1.", card["Trained with"], StringComparison.Ordinal);
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$", card["Trained"]);
    }

    [Fact]
    public async Task The_numbers_are_the_same_under_every_culture()
    {
        using var folder = new TemporaryFolder();
        var before = CultureInfo.CurrentCulture;
        string invariant = await SpoiltReport.WriteAsync(example, folder, await example.ClassifierAsync());
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
            string turkish = await SpoiltReport.WriteAsync(example, folder, await example.ClassifierAsync());
            Assert.Equal(WithoutTime(invariant), WithoutTime(turkish));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        static string WithoutTime(string page) => Regex.Replace(page, @"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", "time");
    }

    [Fact]
    public async Task Wrong_options_and_places_are_refused_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        var options = new HtmlReportOptions { MaxImages = -1, ImageSide = 5, JpegQuality = 101 };
        var error = await Assert.ThrowsAsync<ArgumentException>(() => SpoiltReport.WriteAsync(example, folder, null, options));
        Assert.Contains(
            "MaxImages is -1; it must be 0 or more; ImageSide is 5; it must be 16 to 1024; JpegQuality is 101",
            error.Message,
            StringComparison.Ordinal);
        var run = await CliRun.RunAsync("evaluate", await example.ModelAsync(), example.Images, "--report", folder.File("no/report.html"));
        Assert.Contains("choose another with --report", run.RefusedLine(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories), file => !file.EndsWith(".jpg", StringComparison.Ordinal));
    }
}
