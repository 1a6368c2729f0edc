using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Scenarios;

/// <summary>The advice from real networks and images.</summary>
public sealed class TransferAdvisorTests(DrawnExample example)
{
    [Fact]
    public async Task Drawn_images_are_measured_at_every_depth_of_the_embedded_backbone()
    {
        var progress = new ListProgress();
        var advice = await TransferAdvisor.AdviseAsync(
            example.Dataset, Backbones.TinyResNet, null, progress, TestContext.Current.CancellationToken);
        Assert.Equal(example.Dataset.Train.Count, advice.MeasuredImages);
        Assert.Equal(12, advice.ImagesPerClass);
        Assert.Equal(advice.Depths.Select(depth => depth.Depth).Order(), advice.Depths.Select(depth => depth.Depth));
        Assert.Equal([32, 64, 128, 256, 512], advice.Depths.Select(depth => depth.Features));
        Assert.Equal(1, advice.Depths[^1].Depth);
        Assert.InRange(advice.ExpectedAccuracy, advice.Depths[^1].Accuracy, advice.ExpectedAccuracyInterval.Upper);
        Assert.InRange(advice.Depths[^1].Accuracy, advice.ExpectedAccuracyInterval.Lower, advice.ExpectedAccuracy);
        Assert.InRange(advice.ExpectedAccuracy, 0.6, 1);
        Assert.Contains("12 for each class", advice.Reason, StringComparison.Ordinal);
        Assert.Contains(progress.Values, value => value is { Stage: TransferStage.Featurize, Completed: 36, Total: 36 });
        Assert.Equal((5L, 5L), (progress.Values[^1].Completed, progress.Values[^1].Total));

        var again = await TransferAdvisor.AdviseAsync(
            example.Dataset, Backbones.TinyResNet, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(advice.Reason, again.Reason);
        Assert.Equal(advice.Depths, again.Depths);
    }

    [Fact]
    public async Task One_pass_gives_the_features_that_each_cut_would()
    {
        var model = await Backbones.TinyResNet.LoadAsync(cancellationToken: TestContext.Current.CancellationToken);
        var (network, columns) = model.WithoutTopAtDepths([0.3, 0.6]);
        string[] paths = [.. example.Dataset.Train.Paths.Take(3)];
        var all = await Features(network, paths);
        int first = 0;
        foreach (var column in columns)
        {
            var single = await Features(column.Depth == 1 ? model.WithoutTop() : model.CutAt(column.Tensor).WithoutTop(), paths);
            Assert.Equal(column.Count, single.Columns);
            for (int row = 0; row < paths.Length; row++)
                Assert.All(Enumerable.Range(0, column.Count), k => Assert.Equal(single[row][k], all[row][first + k], 1e-4f));
            first += column.Count;
        }

        Assert.Equal(all.Columns, first);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Dogs_and_cats_call_for_feature_extraction(int seed)
    {
        var advice = await AdviseBookAsync("dogs_vs_cats", int.MaxValue, seed);
        Assert.Equal((TransferScenario.FeatureExtraction, 1.0, true), (advice.Scenario, advice.Freeze, advice.IsSimilar));
        Assert.InRange(advice.Similarity, 0.6, 1);
        Assert.InRange(advice.ExpectedAccuracy, 0.96, 1);
    }

    [Fact]
    public async Task Sign_language_calls_for_fine_tuning()
    {
        var advice = await AdviseBookAsync("sign_language", most: 300, seed: 0);
        Assert.Equal((TransferScenario.FineTuning, false), (advice.Scenario, advice.IsSimilar));
        Assert.InRange(advice.Freeze, 1.0 / 3, 0.5);
        Assert.InRange(advice.Similarity, 0, 0.3);
        Assert.InRange(advice.MeasuredImages, 295, 305);
        Assert.InRange(advice.ImagesPerClass, 160, 180);
    }

    [Fact]
    public async Task Cancelling_stops_between_batches()
    {
        using var source = new CancellationTokenSource();
        var progress = new ListProgress(value =>
        {
            if (value.Stage == TransferStage.Featurize)
                source.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => TransferAdvisor.AdviseAsync(example.Dataset, Backbones.TinyResNet, null, progress, source.Token));
        Assert.DoesNotContain(progress.Values, value => value.Stage == TransferStage.FitHead);
    }

    [Fact]
    public async Task A_class_whose_images_are_all_damaged_is_named()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 6, seed: 3);
        var dataset = ImageDataset.FromFolder(folder.Path, new ImageFolderOptions { ValidationFraction = 0, TestFraction = 0 });
        foreach (string file in Directory.GetFiles(Path.Combine(folder.Path, "circle")))
            await File.WriteAllBytesAsync(
                file,
                (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken))[..40],
                TestContext.Current.CancellationToken);
        var options = new TransferAdvisorOptions { Undecodable = UndecodableImages.Skip };
        var error = await Assert.ThrowsAsync<DatasetException>(
            () => TransferAdvisor.AdviseAsync(dataset, Backbones.TinyResNet, options, null, TestContext.Current.CancellationToken));
        Assert.Contains("'circle'", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ImageDecodeException>(
            () => TransferAdvisor.AdviseAsync(dataset, Backbones.TinyResNet, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_part_of_many_images_keeps_the_shares_of_the_classes_and_two_of_each()
    {
        int[] labels = [.. Enumerable.Range(0, 1000).Select(i => i < 5 ? 2 : i % 4 == 0 ? 1 : 0)];
        int[] chosen = StratifiedSubset.Choose(labels, 3, 100, seed: 5);
        Assert.Equal(chosen.Distinct().Order(), chosen);
        Assert.Equal([75, 25, 2], Enumerable.Range(0, 3).Select(c => chosen.Count(i => labels[i] == c)));
        Assert.Equal(chosen, StratifiedSubset.Choose(labels, 3, 100, seed: 5));
        Assert.NotEqual(chosen, StratifiedSubset.Choose(labels, 3, 100, seed: 6));
        Assert.Equal(1000, StratifiedSubset.Choose(labels, 3, 1000, seed: 5).Length);
    }

    private static async Task<TransferAdvice> AdviseBookAsync(string name, int most, int seed)
    {
        var backbone = Backbone.FromFile(TestData.Require("models/mobilenetv2-1.0-224.onnx"));
        var dataset = ImageDataset.FromFolder(TestData.Require($"datasets/{name}"));
        return await TransferAdvisor.AdviseAsync(
            dataset,
            backbone,
            new TransferAdvisorOptions { MaximumImages = most, Seed = seed },
            null,
            TestContext.Current.CancellationToken);
    }

    private static async Task<FeatureMatrix> Features(OnnxModel network, string[] paths)
    {
        using var extractor = new FeatureExtractor(network, Backbones.TinyResNet.Preprocessing);
        return await extractor.ExtractAsync(paths, cancellationToken: TestContext.Current.CancellationToken);
    }
}
