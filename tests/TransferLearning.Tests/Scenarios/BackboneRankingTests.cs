using TransferLearning.Tests.Cli;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Scenarios;

/// <summary>Backbones compared on the user's images.</summary>
public sealed class BackboneRankingTests(DrawnExample example)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_better_features_come_first_and_the_faster_of_equals_is_taken()
    {
        // The same network on a hundredth of the image, its centre: much worse.
        var small = Backbones.TinyResNet with
        {
            Name = "small",
            Preprocessing = Backbones.TinyResNet.Preprocessing with { ResizeTo = 960 },
        };
        var options = new TransferAdvisorOptions { MaximumRankingImages = 40, Seed = 2 };
        var ranking = await TransferAdvisor.RankAsync(example.Dataset, [small, Backbones.TinyResNet], options, null, Cancellation);

        Assert.Equal(2, ranking.Ranks.Count);
        Assert.InRange(ranking.MeasuredImages, 36, 42);
        Assert.Empty(ranking.Skipped);
        Assert.Equal(ranking.Ranks.OrderByDescending(rank => rank.Accuracy).ThenBy(rank => rank.LogLoss), ranking.Ranks);
        Assert.True(ranking.Choice.IsAmongBest);
        Assert.Contains(ranking.Choice.Backbone.Name, ranking.Reason, StringComparison.Ordinal);
        Assert.All(
            ranking.Ranks,
            rank =>
            {
                Assert.InRange(rank.Accuracy, rank.AccuracyInterval.Lower, rank.AccuracyInterval.Upper);
                Assert.True(rank.MillisecondsPerImage > 0 && rank.LogLoss > 0);
            });
        var lowest = ranking.Ranks.MinBy(rank => rank.LogLoss)!;
        Assert.True(lowest.IsAmongBest);
        Assert.Equal(ranking.Ranks.Where(rank => rank.IsAmongBest).MinBy(rank => rank.MillisecondsPerImage), ranking.Choice);

        var again = await TransferAdvisor.RankAsync(example.Dataset, [Backbones.TinyResNet, small], options, null, Cancellation);
        Assert.Equal(
            ranking.Ranks.Select(rank => (rank.Backbone.Name, rank.Accuracy, rank.LogLoss)),
            again.Ranks.Select(rank => (rank.Backbone.Name, rank.Accuracy, rank.LogLoss)));
    }

    [Fact]
    public async Task A_backbone_that_cannot_be_loaded_is_left_out_and_named()
    {
        var missing = Backbones.TinyResNet with
        {
            Name = "missing",
            Local = () => throw new WeightStorageException("its files are not here"),
        };
        var ranking = await TransferAdvisor.RankAsync(example.Dataset, [missing, Backbones.TinyResNet], null, null, Cancellation);
        Assert.Equal("TinyResNet", Assert.Single(ranking.Ranks).Backbone.Name);
        Assert.Equal("missing: its files are not here", Assert.Single(ranking.Skipped));
        await Assert.ThrowsAsync<ArgumentException>(
            () => TransferAdvisor.RankAsync(example.Dataset, [], null, null, Cancellation));
    }

    [Fact]
    public async Task Strong_backbones_are_ranked_above_the_embedded_one_on_dogs_and_cats()
    {
        Assert.SkipUnless(PackagedResNet18.IsPresent, $"the files of {PackagedResNet18.Package} are not restored on this machine");
        var pets = ImageDataset.FromFolder(TestData.Require("datasets/dogs_vs_cats"));
        Backbone[] backbones =
        [
            Backbones.TinyResNet, Backbones.ResNet18Packaged, Backbone.FromFile(TestData.Require("models/mobilenetv2-1.0-224.onnx")),
        ];
        var options = new TransferAdvisorOptions { MaximumRankingImages = 60 };
        var ranking = await TransferAdvisor.RankAsync(pets, backbones, options, null, Cancellation);
        Assert.Equal("TinyResNet", ranking.Ranks[^1].Backbone.Name);
        Assert.NotEqual("TinyResNet", ranking.Choice.Backbone.Name);
    }

    [Fact]
    public async Task What_is_at_hand_needs_no_download()
    {
        using var folder = new TemporaryFolder();
        var options = new WeightCacheOptions { Folder = folder.Path };
        var weights = Backbones.SqueezeNet11.Weights!;
        Assert.DoesNotContain(Backbones.SqueezeNet11, Backbones.AtHand(options));
        using (var file = File.Create(folder.File(weights.FileName)))
            file.SetLength(weights.Bytes);
        Assert.Equal(
            [Backbones.TinyResNet, .. PackagedResNet18.IsPresent ? [Backbones.ResNet18Packaged] : Array.Empty<Backbone>(),
                Backbones.SqueezeNet11],
            Backbones.AtHand(options));

        // The file has the right size and the wrong content: it is left out where there is no network.
        var home = new Dictionary<string, string?> { ["TRANSFERLEARNING_HOME"] = folder.Path };
        var run = await CliRun.RunAsync(
            home, "train", example.Images, "--backbone", "tinyresnet,squeezenet11", "-o", folder.File("model.onnx"), "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var ranking = run.ParsedOutput().GetProperty("ranking");
        Assert.Equal("TinyResNet", ranking.GetProperty("choice").GetString());
        Assert.StartsWith("SqueezeNet11: ", ranking.GetProperty("skipped")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_get_the_comparison_as_a_table()
    {
        using var folder = new TemporaryFolder();
        string copy = folder.File("mine.onnx");
        File.WriteAllBytes(copy, EmbeddedWeights.ReadBytes());
        var run = await CliRun.RunAsync("train", example.Images, "--backbone", $"tinyresnet,{copy}", "-o", folder.File("model.onnx"));
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("ms/image", run.Output, StringComparison.Ordinal);
        Assert.Contains("is the fastest of the 2 backbones that these images cannot tell from", run.Output, StringComparison.Ordinal);
        Assert.Contains("57 training images, cross-validated", run.Output, StringComparison.Ordinal);
    }
}
