using System.Globalization;
using System.Text.Json;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Samples;

/// <summary>
/// The page of the sample service as people use it, in Chromium: by keyboard, by dropping, when it is busy, wide and narrow.
/// </summary>
public sealed class ImageServicePageTests(DrawnExample example)
{
    [Fact]
    public async Task The_page_shows_what_is_on_an_image()
    {
        using var folder = new TemporaryFolder();
        string image = folder.File("a.jpg");
        await File.WriteAllBytesAsync(image, DrawnImages.Encode(label: 2, seed: 31));
        using var service = await ServiceProcess.StartAsync($"ModelPath={await example.ModelAsync()}", "Concurrency=1", "QueueLength=0");
        using var document = JsonDocument.Parse(
            await Chromium.RunAsync("tests/TransferLearning.Tests/Samples/use-page.js", service.Address.AbsoluteUri, image));
        var seen = document.RootElement;

        Assert.Equal(0, seen.GetProperty("errors").GetArrayLength());
        Assert.All(
            seen.GetProperty("requests").EnumerateArray(),
            request => Assert.StartsWith(service.Address.AbsoluteUri, request.GetString(), StringComparison.Ordinal));
        Assert.Equal(96, seen.GetProperty("preview").GetInt32());
        Assert.Equal(0, seen.GetProperty("rowsAfterRefusal").GetInt32());

        var expected = (await example.ClassifierAsync()).Predict(image).Top(3);
        Assert.StartsWith(expected[0].Label, seen.GetProperty("status").GetString(), StringComparison.Ordinal);
        var rows = seen.GetProperty("rows").EnumerateArray().ToArray();
        Assert.Equal(expected.Select(c => c.Label), rows.Select(row => row.GetProperty("label").GetString()));
        foreach (var (row, probability) in rows.Zip(expected.Select(c => c.Probability)))
        {
            string percent = row.GetProperty("probability").GetString()!;
            Assert.Equal(100 * probability, float.Parse(percent.TrimEnd('%'), CultureInfo.InvariantCulture), 0.06f);
            Assert.Equal(probability, row.GetProperty("bar").GetSingle(), 0.01f);
        }

        Assert.Equal(
            Enumerable.Repeat(seen.GetProperty("status").GetString(), 2),
            seen.GetProperty("captions").EnumerateArray().Select(caption => caption.GetString()));
        Assert.InRange(seen.GetProperty("height").GetInt32(), 200, 400);
        Assert.InRange(seen.GetProperty("frame").GetInt32(), 320, 640);
        foreach (var width in seen.GetProperty("widths").EnumerateObject())
            Assert.Equal(width.Name, width.Value.GetRawText());
        Assert.NotEqual(
            seen.GetProperty("colours").GetProperty("light").GetString(), seen.GetProperty("colours").GetProperty("dark").GetString());
    }
}
