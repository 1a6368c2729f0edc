using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SkiaSharp;
using TransferLearning.Onnx;
using TransferLearning.Tests.Cli;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Featurization;

/// <summary>Figures of what the layers of a network see in an image.</summary>
public sealed partial class FeatureMapTests(DrawnExample example)
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public async Task A_map_is_drawn_as_the_network_computes_it()
    {
        using var folder = new TemporaryFolder();
        var backbone = Backbones.TinyResNet;
        var network = await backbone.LoadAsync();
        string image = example.Dataset.Test[0].Path;
        var layer = network.Layers.First(each => each.Kind == "Conv2D");
        var drawn = Assert.Single(await FeatureMaps.WriteAsync(
            folder.File("maps.svg"), image, network, backbone.Preprocessing,
                new() { Layers = [layer.Name], MapsPerLayer = 5, Columns = 3 }));

        Assert.Equal((layer.Name, 5), (drawn.Name, drawn.Drawn.Count));
        var figure = XDocument.Load(folder.File("maps.svg"));
        string[] texts = [.. figure.Descendants(Svg + "text").Select(text => text.Value)];
        Assert.StartsWith(layer.Name, texts[0], StringComparison.Ordinal);
        Assert.Equal(drawn.Drawn.Select(map => string.Create(CultureInfo.InvariantCulture, $"map {map}")), texts[1..]);

        using var extractor = new FeatureExtractor(network.CutAt(layer.OutputTensor), backbone.Preprocessing);
        float[] row = (await extractor.ExtractAsync([image]))[0].ToArray();
        int area = drawn.Height * drawn.Width;
        Assert.Equal(row.Length, drawn.Maps * area);
        float[] map = row[(drawn.Drawn[0] * area)..][..area];
        string data = figure.Descendants(Svg + "image").First().Attribute("href")!.Value;
        using var bitmap = SKBitmap.Decode(Convert.FromBase64String(data[(data.IndexOf(',', StringComparison.Ordinal) + 1)..]));
        Assert.Equal((drawn.Width, drawn.Height), (bitmap.Width, bitmap.Height));

        // The strongest response is the brightest colour, the weakest the darkest.
        Assert.Equal(new SKColor(253, 231, 37), bitmap.Pixels[Array.IndexOf(map, map.Max())]);
        Assert.Equal(new SKColor(68, 1, 84), bitmap.Pixels[Array.IndexOf(map, map.Min())]);

        // The maps that vary most come first.
        double[] spreads = [.. drawn.Drawn.Select(number => Variance(row[(number * area)..][..area]))];
        Assert.Equal(spreads.OrderDescending(), spreads);
    }

    [Fact]
    public async Task The_progression_goes_through_the_network()
    {
        using var folder = new TemporaryFolder();
        string output = folder.File("maps.svg");
        var json = (await CliRun.RunAsync(
            "explain", await example.ModelAsync(), example.Dataset.Test[0].Path, "--layers", "--maps", "4", "-o", output, "--json")).Json();
        var layers = json.GetProperty("layers").EnumerateArray().ToList();
        Assert.Equal(5, layers.Count);
        int[] heights = [.. layers.Select(layer => layer.GetProperty("height").GetInt32())];
        Assert.Equal(heights.OrderDescending(), heights);
        Assert.True(heights[0] > heights[^1]);
        int[] depths = [.. Percent().Matches(File.ReadAllText(output))
            .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(5, depths.Length);
        Assert.Equal(depths.Order(), depths);
        Assert.Equal(20, XDocument.Load(output).Descendants(Svg + "image").Count());
    }

    [Fact]
    public async Task A_layer_without_maps_and_an_unknown_one_are_refused()
    {
        var network = await Backbones.TinyResNet.LoadAsync();
        string image = example.Dataset.Test[0].Path;
        foreach (var (layer, said) in new[] { ("nothing", "nothing"), (network.Outputs[0].Name, "[N, C, H, W]") })
        {
            var error = await Assert.ThrowsAsync<OnnxGraphException>(() => FeatureMaps.WriteAsync(
                "no.svg", image, network, Backbones.TinyResNet.Preprocessing, new() { Layers = [layer] }));
            Assert.Contains(said, error.Message, StringComparison.Ordinal);
        }

        string refused = (await CliRun.RunAsync("explain", "tinyresnet", image, "--layers", "-o", "maps.png")).RefusedLine();
        Assert.Contains(".svg", refused, StringComparison.Ordinal);
        Assert.Contains(
            "--maps needs", (await CliRun.RunAsync("explain", "tinyresnet", image, "--maps", "3")).RefusedLine(), StringComparison.Ordinal);
    }

    private static double Variance(float[] values) => values.Sum(value => Math.Pow(value - values.Average(), 2));

    [GeneratedRegex(", ([0-9]+)% of the layers")]
    private static partial Regex Percent();
}
