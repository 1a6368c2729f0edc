using System.Text.Json;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>What the tool says about backbones: the catalog, their weights, their layers and their own classes.</summary>
public sealed class BackboneCommandTests(DrawnExample example)
{
    [Fact]
    public async Task The_summary_of_a_backbone_is_had_by_its_name()
    {
        var summary = (await CliRun.RunAsync("summary", "tinyresnet", "--json")).Json();
        Assert.Equal(1_446_312, summary.GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task The_embedded_backbone_predicts_its_own_classes_by_name()
    {
        var list = (await CliRun.RunAsync("predict", "tinyresnet", example.Dataset.Test[0].Path, "--json")).Json()
            .GetProperty("predictions");
        Assert.Equal(5, list[0].GetProperty("top").GetArrayLength());
        Assert.Matches(@"^n\d{8}$", list[0].GetProperty("synset").GetString()!);
    }

    [Fact]
    public async Task The_summary_shows_layers_shapes_and_what_is_frozen()
    {
        var summary = (await CliRun.RunAsync("summary", await example.ModelAsync(), "--unfreeze-last", "1", "--json")).Json();
        var head = summary.GetProperty("layers")[summary.GetProperty("layers").GetArrayLength() - 1];
        Assert.Equal(
            ("head/logits", "Dense", 3 * 513),
            (head.GetProperty("name").GetString(), head.GetProperty("operator").GetString(), head.GetProperty("parameters").GetInt32()));
        Assert.Equal([null, 3], head.GetProperty("outputShape").Deserialize<int?[]>()!);
        // The last layer of the backbone is a batch normalisation of 512 maps; the head trains in any case.
        Assert.Equal((2 * 512) + (3 * 513), summary.GetProperty("trainable").GetInt32());
        Assert.Equal(
            summary.GetProperty("total").GetInt32(),
            summary.GetProperty("trainable").GetInt32() + summary.GetProperty("nonTrainable").GetInt32());

        var text = await CliRun.RunAsync("summary", await example.ModelAsync());
        Assert.Equal((0, ""), (text.ExitCode, text.Errors));
        Assert.Matches(@"head/logits \(Dense\)\s+\(None, 3\)\s+1,539  yes\n", text.Output);
    }

    [Fact]
    public async Task The_catalog_is_listed_and_shown()
    {
        var list = (await CliRun.RunAsync("backbones", "list", "--json")).Json();
        Assert.Equal(
            Backbones.All.Select(backbone => backbone.Name), list.EnumerateArray().Select(entry => entry.GetProperty("name").GetString()));
        var shown = (await CliRun.RunAsync("backbones", "show", "mobilenetv2", "--json")).Json();
        Assert.Equal(("MobileNetV2", 1280), (shown.GetProperty("name").GetString(), shown.GetProperty("features").GetInt32()));
        var text = await CliRun.RunAsync("backbones", "list");
        Assert.All(Backbones.All, backbone => Assert.Contains(backbone.Name, text.Output, StringComparison.Ordinal));
        // The accuracy on Tiny-ImageNet does not stand in one column with that on ImageNet.
        Assert.Matches("TinyResNet +embedded +96×96 +512 +1,446,312 +– +MIT", text.Output);
        Assert.Matches("MobileNetV2 +(no, 14 MB|cached) ", text.Output);
        var weights = Backbones.MobileNetV2.Weights!;
        var address = await CliRun.RunAsync("backbones", "show", "mobilenetv2");
        Assert.Contains(weights.Sha256, address.Output, StringComparison.Ordinal);
        Assert.Contains(weights.Addresses[^1].AbsoluteUri, address.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_weights_on_this_machine_are_verified()
    {
        using var folder = new TemporaryFolder();
        var home = new Dictionary<string, string?> { ["TRANSFERLEARNING_HOME"] = folder.Path };
        var empty = (await CliRun.RunAsync(home, "backbones", "verify", "--json")).Json().EnumerateArray().ToList();
        Assert.Equal(Backbones.All.Select(backbone => backbone.Name), empty.Select(file => file.GetProperty("name").GetString()));
        Assert.Equal("embedded", empty[0].GetProperty("state").GetString());
        // The second entry comes from the package registry and is at hand where the solution was restored.
        string packaged = Backbones.Default == Backbones.ResNet18Packaged ? "packaged" : "missing";
        Assert.Equal(packaged, empty[1].GetProperty("state").GetString());
        Assert.All(empty.Skip(2), file => Assert.Equal("missing", file.GetProperty("state").GetString()));

        var damaged = Backbones.SqueezeNet11.Weights!;
        string path = folder.File(damaged.FileName);
        using (var file = File.Create(path))
            file.SetLength(damaged.Bytes);
        var found = await CliRun.RunAsync(home, "backbones", "verify", "--json");
        Assert.Equal((1, ""), (found.ExitCode, found.Errors));
        var entry = Assert.Single(found.ParsedOutput().EnumerateArray(), file => file.GetProperty("state").GetString() == "damaged");
        Assert.Equal((path, damaged.Sha256), (entry.GetProperty("path").GetString(), entry.GetProperty("sha256").GetString()));
        Assert.Equal(damaged.Bytes, new FileInfo(path).Length);

        Assert.Equal(1, (await CliRun.RunAsync(home, "backbones", "verify", "vgg16")).ExitCode);
        var embedded = await CliRun.RunAsync(home, "backbones", "verify", "tinyresnet");
        Assert.Equal(0, embedded.ExitCode);
        Assert.Matches("TinyResNet +embedded", embedded.Output);
    }

    [Fact]
    public async Task Images_of_known_classes_show_whether_weights_and_preprocessing_fit()
    {
        using var folder = new TemporaryFolder();
        string image = example.Dataset.Test[0].Path;
        var predicted = (await CliRun.RunAsync("predict", "tinyresnet", image, "--json")).Json().GetProperty("predictions")[0];
        string synset = predicted.GetProperty("synset").GetString()!;
        Directory.CreateDirectory(folder.File(synset));
        File.Copy(image, folder.File($"{synset}/1{Path.GetExtension(image)}"));
        File.Copy(image, folder.File($"{synset}_17{Path.GetExtension(image)}"));
        File.Copy(image, folder.File($"unknown{Path.GetExtension(image)}"));
        var result = (await CliRun.RunAsync("backbones", "verify", "tinyresnet", "--images", folder.Path, "--json")).Json();
        Assert.Equal(
            (2, 1.0, 1.0),
            (
                result.GetProperty("images").GetInt32(),
                result.GetProperty("top1").GetDouble(),
                result.GetProperty("top5").GetDouble()));
        var nameless = await CliRun.RunAsync("backbones", "verify", "--images", folder.Path);
        Assert.Contains("give its name", nameless.RefusedLine(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetching_the_embedded_backbone_needs_no_network()
    {
        var fetched = (await CliRun.RunAsync("backbones", "fetch", "TinyResNet", "--json")).Json();
        Assert.Equal(("TinyResNet", "embedded"), (fetched.GetProperty("name").GetString(), fetched.GetProperty("state").GetString()));
    }
}
