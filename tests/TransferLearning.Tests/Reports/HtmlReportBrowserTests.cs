using System.Text.Json;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Reports;

/// <summary>
/// The report as people use it, in Chromium: everything opens, by mouse and by keyboard, in both themes, on wide and narrow screens.
/// </summary>
public sealed class HtmlReportBrowserTests(DrawnExample example)
{
    private const string Script = "tests/TransferLearning.Tests/Reports/click-through.js";

    [Fact]
    public async Task The_page_works_when_it_is_clicked_through()
    {
        using var folder = new TemporaryFolder();
        var data = SpoiltReport.DataOf(await SpoiltReport.WriteAsync(example, folder, null));
        string page = new Uri(folder.File("report.html")).AbsoluteUri;
        string? screenshots = Environment.GetEnvironmentVariable("TRANSFERLEARNING_TEST_SCREENSHOTS");
        string output = await Chromium.RunAsync(Script, screenshots is null ? [page] : [page, screenshots]);
        using var document = JsonDocument.Parse(output);
        var seen = document.RootElement;

        Assert.Empty(Strings(seen, "errors"));
        Assert.All(Strings(seen, "requests"), address => Assert.Equal(page, address));
        Assert.Equal(JsonValueKind.Null, seen.GetProperty("hacked").ValueKind);
        Assert.DoesNotContain(Strings(seen, "elements"), element => element.StartsWith("SCRIPT", StringComparison.Ordinal));
        Assert.Equal("<script>window.hacked=3</script>", seen.GetProperty("heading").GetString());
        Assert.Equal("<script>window.hacked=3</script>", seen.GetProperty("title").GetString());
        Assert.Equal(
            ["Summary", "What to conclude", "Worst errors", "Confusion matrix", "Classes", "Calibration and rejection", "Model card"],
            Strings(seen, "sections"));
        TheImagesAreThere(data, seen);
        TheKeyboardSuffices(seen);

        foreach (var width in seen.GetProperty("widths").EnumerateObject())
            Assert.EndsWith(" " + width.Value.GetRawText(), width.Name, StringComparison.Ordinal);
        Assert.NotEqual(
            seen.GetProperty("colours").GetProperty("light").GetString(), seen.GetProperty("colours").GetProperty("dark").GetString());
    }

    private static void TheImagesAreThere(JsonElement data, JsonElement seen)
    {
        var images = data.GetProperty("images").EnumerateArray()
            .Select(
                p => (
                Path: p.GetProperty("path").GetString()!,
                Actual: p.GetProperty("actual").GetInt32(),
                Predicted: p.GetProperty("predicted").GetInt32()))
            .ToArray();
        Assert.Equal(images.Where(p => p.Actual != p.Predicted).Select(p => p.Path), Strings(seen, "gallery"));
        Assert.All(seen.GetProperty("drawn").EnumerateArray(), width => Assert.Equal(96, width.GetInt32()));
        var cells = seen.GetProperty("cells").EnumerateObject().ToDictionary(cell => cell.Name, cell => cell.Value);
        Assert.Equal(
            images.Select(p => $"{p.Actual},{p.Predicted}").Distinct().Order(StringComparer.Ordinal),
            cells.Keys.Order(StringComparer.Ordinal));
        foreach (var (cell, content) in cells)
        {
            string[] behind = [.. images.Where(p => $"{p.Actual},{p.Predicted}" == cell).Select(p => p.Path)];
            Assert.Equal(behind, Strings(content, "paths"));
            Assert.Equal(behind.Length, content.GetProperty("count").GetInt32());
        }
    }

    private static void TheKeyboardSuffices(JsonElement seen)
    {
        Assert.Equal("Close", seen.GetProperty("focusInDialog").GetString());
        Assert.EndsWith(".jpg", seen.GetProperty("dialogOfImage").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("dialogIsClosed").GetBoolean());
        Assert.True(seen.GetProperty("focusIsBack").GetBoolean());
        Assert.NotEqual("0,0", seen.GetProperty("focusMoved").GetString());
        string[] ascending = Strings(seen, "ascending");
        Assert.Equal(ascending.Order(StringComparer.Ordinal), ascending);
        Assert.NotEqual(ascending[0], ascending[^1]);
        Assert.Equal(ascending.OrderDescending(StringComparer.Ordinal), Strings(seen, "descending"));
        Assert.Equal("descending", seen.GetProperty("sort").GetString());
    }

    private static string[] Strings(JsonElement seen, string name) => seen.GetProperty(name).Deserialize<string[]>()!;
}
