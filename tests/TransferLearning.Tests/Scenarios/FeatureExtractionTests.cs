using System.Text.Json.Nodes;
using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Scenarios;

/// <summary>Frozen feature extraction from images to a classifier, with the embedded backbone and drawn images.</summary>
public sealed class FeatureExtractionTests(DrawnExample example)
{
    private static readonly TransferLearner Learner = TransferLearner.From(Backbones.TinyResNet);

    [Fact]
    public async Task A_loaded_learner_gives_the_same_network_each_time()
    {
        var learner = await TransferLearner.From(Backbones.TinyResNet).LoadAsync();
        Assert.Same(await learner.Backbone.LoadAsync(), await learner.Backbone.LoadAsync());
        Assert.Equal(Backbones.TinyResNet.Name, learner.Backbone.Name);
    }

    [Fact]
    public async Task The_summary_of_the_training_says_what_an_evaluation_says()
    {
        var classifier = await example.ClassifierAsync();
        var training = classifier.Training!;
        Assert.Equal(
            (TransferScenario.FeatureExtraction, "TinyResNet", 36, 18),
            (training.Scenario, training.Backbone, training.TrainingImages, training.ValidationImages));
        Assert.Equal((await classifier.EvaluateAsync(example.Dataset.Train)).Report.Accuracy, training.TrainingAccuracy);
        Assert.Equal((await classifier.EvaluateAsync(example.Dataset.Validation)).Report.Accuracy, training.ValidationAccuracy);
        Assert.InRange(training.Seconds, 0.001, 600);
        Assert.StartsWith("linear softmax", training.Head, StringComparison.Ordinal);
        Assert.Empty(training.SkippedImages);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_file_but_for_the_time_it_took()
    {
        var options = new FeatureExtractionOptions { Head = new LinearHeadOptions { Seed = 5 } };
        byte[][] files = new byte[2][];
        for (int i = 0; i < 2; i++)
        {
            using var classifier = await Learner.FeatureExtraction(options).FitAsync(example.Dataset);
            files[i] = WithoutTime(classifier);
        }

        Assert.Equal(files[0], files[1]);
    }

    [Fact]
    public async Task Kept_features_give_the_same_file_and_no_image_is_computed_again()
    {
        using var folder = new TemporaryFolder();
        var learner = Learner.WithFeatureCache(new FeatureCache(folder.Path));
        using var first = await learner.FeatureExtraction().FitAsync(example.Dataset);
        string[] entries = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories);
        using var second = await learner.FeatureExtraction().FitAsync(example.Dataset);
        Assert.Equal(WithoutTime(first), WithoutTime(second));
        Assert.Equal(WithoutTime(await example.ClassifierAsync()), WithoutTime(first));
        Assert.Equal(
            entries.Order(StringComparer.Ordinal),
            Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
        Assert.Equal(54, entries.Length);
    }

    [Theory]
    [InlineData(FeaturePooling.Average, 512)]
    [InlineData(FeaturePooling.Max, 512)]
    [InlineData(FeaturePooling.Flatten, 512 * 9)]
    public async Task The_head_reads_as_many_features_as_the_pooling_gives(FeaturePooling pooling, int features)
    {
        var small = Backbones.TinyResNet with
        {
            Preprocessing = Backbones.TinyResNet.Preprocessing with { Width = 48, Height = 48, ResizeTo = 48 },
        };
        var options = new FeatureExtractionOptions { Pooling = pooling, Head = new LinearHeadOptions { RegularizationStrengths = [0.1] } };
        var learner = TransferLearner.From(small with { Local = () => AtSide(48) });
        using var classifier = await learner.FeatureExtraction(options).FitAsync(example.Dataset);
        Assert.Equal(3 * (features + 1), classifier.Summarize().Rows[^1].Parameters);
        Assert.InRange((await classifier.EvaluateAsync(example.Dataset.Train)).Report.Accuracy, 0.9, 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Random_forms_are_learned_from_and_the_figures_are_those_of_the_images_as_they_are(bool hidden)
    {
        using var folder = new TemporaryFolder();
        var options = new FeatureExtractionOptions
        {
            Mlp = hidden ? new MlpHeadOptions { Epochs = 10, Seed = 4 } : null,
            Head = new LinearHeadOptions { Seed = 4 },
        };
        var learner = Learner.WithFeatureCache(new FeatureCache(folder.Path));
        using var plain = await learner.FeatureExtraction(options).FitAsync(example.Dataset);
        using var augmented = await learner.FeatureExtraction(
            options with { Views = new AugmentedViews { Count = 2 } }).FitAsync(example.Dataset);
        var training = augmented.Training!;
        Assert.Equal((36, 18, 4), (training.TrainingImages, training.ValidationImages, training.Seed));
        Assert.Equal((await augmented.EvaluateAsync(example.Dataset.Train)).Report.Accuracy, training.TrainingAccuracy);
        Assert.NotEqual(
            plain.Predict(example.Dataset.Test[0].Path).Probabilities.ToArray(),
            augmented.Predict(example.Dataset.Test[0].Path).Probabilities.ToArray());
        Assert.Equal((3 * 36) + 18, Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Length);
        Assert.StartsWith("2 views, crop 0.75", training.Options["Views"], StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused_before_any_work()
    {
        Assert.Contains("Head must not be null", Refused(new() { Head = null! }), StringComparison.Ordinal);
        Assert.Contains("Head.Folds is 1", Refused(new() { Head = new() { Folds = 1 } }), StringComparison.Ordinal);
        Assert.Contains("Mlp.Units is 0", Refused(new() { Mlp = new() { Units = 0 } }), StringComparison.Ordinal);
        Assert.Contains("Pooling is 9", Refused(new() { Pooling = (FeaturePooling)9 }), StringComparison.Ordinal);

        static string Refused(FeatureExtractionOptions options) =>
            Assert.Throws<ArgumentException>(nameof(options), () => Learner.FeatureExtraction(options)).Message;
    }

    [Fact]
    public async Task What_only_the_data_set_can_tell_is_refused_before_any_image_is_read()
    {
        var progress = new ListProgress();
        var options = new FeatureExtractionOptions { Mlp = new() { ClassWeights = [1, 2] } };
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => Learner.FeatureExtraction(options).FitAsync(example.Dataset, progress));
        Assert.Contains("3 weights, one for each class", error.Message, StringComparison.Ordinal);
        Assert.Empty(progress.Values);
    }

    [Fact]
    public async Task A_folder_is_read_and_learned_from()
    {
        using var classifier = await Learner.FeatureExtraction().FitAsync(example.Images);
        Assert.Equal(DrawnImages.Classes, classifier.Labels);
    }

    [Fact]
    public async Task A_head_fitted_to_features_becomes_the_same_classifier()
    {
        using var expected = await Learner.FeatureExtraction(
            new() { Head = new() { RegularizationStrengths = [0.1] } }).FitAsync(example.Dataset);
        var network = (await Backbones.TinyResNet.LoadAsync()).WithoutTop();
        using var extractor = new FeatureExtractor(network, Backbones.TinyResNet.Preprocessing);
        var features = await extractor.ExtractAsync(example.Dataset.Train.Paths);
        var copy = FeatureMatrix.FromRows([.. Enumerable.Range(0, features.Rows).Select(row => features[row].ToArray())]);
        var head = await LinearHead.FitAsync(
            copy, example.Dataset.Train.Labels.ToArray(), 3, options: new() { RegularizationStrengths = [0.1] });
        using var classifier = await Learner.CreateClassifierAsync(head, example.Dataset.Classes);
        string path = example.Dataset.Test[0].Path;
        Assert.Null(classifier.Training);
        var (actual, wanted) = (classifier.Predict(path), expected.Predict(path));
        Assert.Equal(wanted.Label, actual.Label);
        Assert.Equal(wanted.Label, example.Dataset.Classes[head.Predict((await extractor.ExtractAsync([path]))[0])]);

        var wrong = await Assert.ThrowsAsync<ArgumentException>(() => Learner.CreateClassifierAsync(head, ["a", "b"]));
        Assert.Contains("2 labels for 3 classes", wrong.Message, StringComparison.Ordinal);
        var narrow = LinearHead.Fit(FeatureMatrix.FromRows([[1, 2], [2, 1]]), [0, 1], 2);
        wrong = await Assert.ThrowsAsync<ArgumentException>(() => Learner.CreateClassifierAsync(narrow, ["a", "b"]));
        Assert.Contains("fitted to 2 features", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_views_out_of_range_are_refused_at_once()
    {
        var options = new FeatureExtractionOptions { Views = new AugmentedViews { Count = 101, Augmentation = new() { Zoom = 2 } } };
        string message = Assert.Throws<ArgumentException>(() => Learner.FeatureExtraction(options)).Message;
        Assert.Contains(
            "Views.Count is 101; it must be 1 to 100; Views.Augmentation.Zoom is 2; it must be in [0, 1)",
            message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_comes_stage_by_stage_and_ends_each_stage_at_its_total()
    {
        var progress = new ListProgress();
        using var classifier = await Learner.FeatureExtraction().FitAsync(example.Dataset, progress);
        Assert.Equal([TransferStage.Featurize, TransferStage.FitHead], progress.Values.Select(value => value.Stage).Distinct());
        Assert.Equal(progress.Values.Select(value => value.Stage).Order(), progress.Values.Select(value => value.Stage));
        foreach (var stage in progress.Values.GroupBy(value => value.Stage))
        {
            Assert.Equal(stage.Select(value => value.Completed).Order(), stage.Select(value => value.Completed));
            Assert.Single(stage.Select(value => value.Total).Distinct());
            Assert.Equal(stage.Last().Total, stage.Last().Completed);
        }

        Assert.Equal(54, progress.Values.First(value => value.Stage == TransferStage.Featurize).Total);
    }

    [Theory]
    [InlineData(TransferStage.Featurize)]
    [InlineData(TransferStage.FitHead)]
    public async Task Cancelling_stops_the_training_in_its_stage(TransferStage stage)
    {
        using var cancellation = new CancellationTokenSource();
        var progress = new ListProgress(value =>
        {
            if (value.Stage == stage)
                cancellation.Cancel();
        });
        var learner = Learner.WithExecution(new ExecutionOptions { Threads = 2, BatchSize = 2 });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => learner.FeatureExtraction().FitAsync(example.Dataset, progress, cancellation.Token));
        var last = progress.Values[^1];
        Assert.Equal(stage, last.Stage);
        Assert.InRange(last.Completed, 0, last.Total / 2);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_starts_nothing()
    {
        var progress = new ListProgress();
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Learner.FeatureExtraction().FitAsync(example.Dataset, progress, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Learner.Classifier().CreateAsync(progress, cancelled));
        Assert.Empty(progress.Values);
    }

    [Fact]
    public async Task An_image_that_is_gone_or_spoilt_since_the_listing_stops_the_training_or_is_listed()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 6, seed: 3);
        var dataset = ImageDataset.FromFolder(folder.Path, new ImageFolderOptions { ValidationFraction = 0 });
        string gone = dataset.Train[0].Path;
        string spoilt = dataset.Train[^1].Path;
        File.Delete(gone);
        await File.WriteAllBytesAsync(spoilt, (await File.ReadAllBytesAsync(spoilt))[..300]);

        var error = await Assert.ThrowsAsync<ImageDecodeException>(() => Learner.FeatureExtraction().FitAsync(dataset));
        Assert.Contains(gone, error.Message, StringComparison.Ordinal);

        using var classifier = await Learner.FeatureExtraction(
            new FeatureExtractionOptions { Undecodable = UndecodableImages.Skip }).FitAsync(dataset);
        var training = classifier.Training!;
        Assert.Equal((16, 0, (double?)null), (training.TrainingImages, training.ValidationImages, training.ValidationAccuracy));
        Assert.Equal(2, training.SkippedImages.Count);
        Assert.Contains(gone, training.SkippedImages[0], StringComparison.Ordinal);
        Assert.Contains(spoilt, training.SkippedImages[1], StringComparison.Ordinal);

        using var loadFrom = new TemporaryFolder();
        classifier.Save(loadFrom.File("model.onnx"));
        using var loaded = ImageClassifier.Load(loadFrom.File("model.onnx"));
        Assert.Equal(training.SkippedImages, loaded.Training!.SkippedImages);
        Assert.Null(loaded.Training.ValidationAccuracy);
    }

    [Fact]
    public async Task A_class_of_which_no_image_can_be_decoded_is_named()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 4, seed: 3);
        foreach (string path in Directory.GetFiles(folder.File("square")))
            await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(path))[..300]);
        var dataset = ImageDataset.FromFolder(folder.Path, new ImageFolderOptions { ValidationFraction = 0, FindDuplicates = false });
        var error = await Assert.ThrowsAsync<DatasetException>(
            () => Learner.FeatureExtraction(new FeatureExtractionOptions { Undecodable = UndecodableImages.Skip }).FitAsync(dataset));
        Assert.Contains("No training image of 'square'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_without_classifier_is_trained_on_its_last_maps()
    {
        var headless = Backbones.TinyResNet.Local!().CutAt("final.relu");
        var backbone = Backbones.TinyResNet with { Local = () => headless };
        using var classifier = await TransferLearner.From(backbone).FeatureExtraction().FitAsync(example.Dataset);
        Assert.Equal(WithoutTime(await example.ClassifierAsync()).Length, WithoutTime(classifier).Length, 2000.0);
        Assert.InRange((await classifier.EvaluateAsync(example.Dataset.Test)).Report.Accuracy, 0.9, 1);
        await Assert.ThrowsAsync<OnnxGraphException>(() => TransferLearner.From(backbone).Classifier().CreateAsync());
    }

    /// <summary>The embedded network declared for images of another size: it is fully convolutional.</summary>
    private static OnnxModel AtSide(int side)
    {
        var proto = Backbones.TinyResNet.Local!().Proto.Clone();
        foreach (var dimension in proto.Graph.Input[0].Type.TensorType.Shape.Dim.Skip(2))
            dimension.DimValue = side;
        proto.Graph.ValueInfo.Clear();
        return new OnnxModel(proto);
    }

    private static byte[] WithoutTime(ImageClassifier classifier)
    {
        const string key = "transferlearning.training";
        var model = classifier.ToOnnx();
        var training = JsonNode.Parse(model.Metadata[key])!.AsObject();
        Assert.True(training.Remove("seconds"));
        Assert.True(training.Remove("trained"));
        return model.WithMetadata([new(key, training.ToJsonString())]).ToBytes();
    }
}
