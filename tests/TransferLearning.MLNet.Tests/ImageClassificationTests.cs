using Microsoft.ML;
using Microsoft.ML.Data;
using TransferLearning.MLNet;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.MLNet;

/// <summary>The scenarios as one estimator over rows of paths and classes.</summary>
public sealed class ImageClassificationTests(DrawnExample example)
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public async Task Feature_extraction_gives_the_classifier_that_the_fluent_form_gives()
    {
        var train = example.Dataset.Train;
        var options = new FeatureExtractionOptions { Head = new LinearHeadOptions { RegularizationStrengths = [0.1] } };
        using var fluent = await TransferLearner.From(Backbones.TinyResNet).FeatureExtraction(options).FitAsync(new ImageDataset("rows", train));
        using var transformer = _ml.TransferLearning.ImageClassification(new() { FeatureExtraction = options }).Fit(ImageRows.Paths(_ml, train));

        var test = example.Dataset.Test;
        var expected = await fluent.PredictAsync(test.Paths);
        var rows = _ml.Data.CreateEnumerable<ImageRows.PredictionRow>(transformer.Transform(ImageRows.Paths(_ml, test)), reuseRowObject: false).ToArray();
        Assert.All(rows.Zip(expected), pair =>
        {
            Assert.Equal(pair.Second.Prediction!.Probabilities.ToArray(), pair.First.Score);
            Assert.Equal(pair.Second.Prediction.Label, pair.First.PredictedLabel);
            Assert.Equal(pair.Second.Prediction.Top(5).Select(entry => entry.Label), pair.First.TopLabels);
            Assert.Equal(pair.Second.Prediction.Top(5).Select(entry => entry.Probability), pair.First.TopProbabilities);
        });
        Assert.Equal(3, rows[0].TopLabels.Length);
    }

    [Theory]
    [InlineData(TransferScenario.FeatureExtraction)]
    [InlineData(TransferScenario.FineTuning)]
    [InlineData(TransferScenario.Pretrained)]
    public void Every_scenario_scores_the_same_after_loading(TransferScenario scenario)
    {
        var stages = new ListProgress();
        var options = new ImageClassificationOptions
        {
            Scenario = scenario,
            FeatureExtraction = scenario == TransferScenario.FeatureExtraction ? new() { Head = new() { RegularizationStrengths = [0.1] } } : null,
            FineTuning = scenario == TransferScenario.FineTuning ? new() { Epochs = 1, Freeze = FreezePoint.Fraction(0.9) } : null,
            Top = 2,
            Progress = stages,
        };
        var test = ImageRows.Paths(_ml, example.Dataset.Test.Take(6));
        using var transformer = _ml.TransferLearning.ImageClassification(options).Fit(ImageRows.Paths(_ml, example.Dataset.Train));
        var before = Predict(transformer, test);

        using var stream = new MemoryStream();
        _ml.Model.Save(transformer, test.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out _);
        var after = Predict(loaded, test);
        Assert.InRange(ImageRows.Difference([.. before.Select(row => row.Score)], [.. after.Select(row => row.Score)]), 0, 1e-5);
        Assert.Equal(before.Select(row => row.PredictedLabel), after.Select(row => row.PredictedLabel));
        Assert.Equal(before.Select(row => row.TopLabels), after.Select(row => row.TopLabels));
        Assert.All(after, row => Assert.Equal(row.Score.OrderDescending().Take(2), row.TopProbabilities));
        Assert.Equal(
            transformer.Transform(test).Schema.Select(column => (column.Name, column.Type)),
            loaded.Transform(test).Schema.Where(column => !column.IsHidden).Select(column => (column.Name, column.Type)));
        Assert.Equal(scenario == TransferScenario.FineTuning, stages.Values.Any(report => report.Stage == TransferStage.Train));

        using var engine = new MLContext().Model.CreatePredictionEngine<ImageRows.PathRow, ImageRows.PredictionRow>(loaded);
        Assert.Equal(before[0].PredictedLabel, engine.Predict(new() { ImagePath = example.Dataset.Test[0].Path }).PredictedLabel);
    }

    [Fact]
    public async Task Auto_does_what_the_advisor_advises()
    {
        var dataset = new ImageDataset("rows", example.Dataset.Train);
        var advice = await TransferLearner.From(Backbones.TinyResNet).Auto().AdviseAsync(dataset);
        using var transformer = _ml.TransferLearning
            .ImageClassification(new() { Scenario = TransferScenario.Auto, FineTuning = new() { Epochs = 1 } })
            .Fit(ImageRows.Paths(_ml, example.Dataset.Train));
        Assert.Contains($"\"scenario\":\"{advice.Scenario.ToName()}\"", transformer.ToOnnx().Metadata["transferlearning.training"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_decides_the_order_of_the_scores_so_that_the_metrics_of_ML_NET_fit()
    {
        // The images come in another order than that of the names, and a key by occurrence follows it.
        var train = example.Dataset.Train.OrderByDescending(image => image.Label).ToArray();
        var keys = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(ImageRows.Paths(_ml, train));
        using var transformer = _ml.TransferLearning.ImageClassification(new() { FeatureExtraction = new() { Head = new() { RegularizationStrengths = [0.1] } } })
            .Fit(keys.Transform(ImageRows.Paths(_ml, train)));
        var scored = transformer.Transform(keys.Transform(ImageRows.Paths(_ml, example.Dataset.Test)));
        var metrics = _ml.MulticlassClassification.Evaluate(scored);
        Assert.InRange(metrics.MicroAccuracy, 0.8, 1);
        double right = _ml.Data.CreateEnumerable<ImageRows.PredictionRow>(scored, reuseRowObject: false)
            .Zip(example.Dataset.Test, (row, image) => row.PredictedLabel == DrawnImages.Classes[image.Label] ? 1.0 : 0).Average();
        Assert.Equal(right, metrics.MicroAccuracy, 9);

        // The scores are called after the classes, in the same order, so that the table of ML.NET names them.
        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["Score"].GetSlotNames(ref names);
        string[] classes = [.. names.DenseValues().Select(name => name.ToString())];
        Assert.Equal(DrawnImages.Classes.Reverse(), classes);
        string table = metrics.ConfusionMatrix.GetFormattedConfusionTable();
        Assert.All(classes, name => Assert.Contains(name, table, StringComparison.Ordinal));
    }

    [Fact]
    public void Validation_rows_choose_and_unknown_classes_among_them_are_named()
    {
        var train = ImageRows.Paths(_ml, example.Dataset.Train);
        using var transformer = _ml.TransferLearning.ImageClassification(new() { ValidationSet = ImageRows.Paths(_ml, example.Dataset.Validation) }).Fit(train);
        Assert.Contains("\"validationImages\":18", transformer.ToOnnx().Metadata["transferlearning.training"], StringComparison.Ordinal);

        var strange = _ml.Data.LoadFromEnumerable<ImageRows.PathRow>([new() { ImagePath = example.Dataset.Train[0].Path, Label = "moon" }]);
        var error = Assert.Throws<DatasetException>(() => _ml.TransferLearning.ImageClassification(new() { ValidationSet = strange }).Fit(train));
        Assert.Contains("'moon'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_saved_classifier_scores_images_in_memory()
    {
        var backbone = Backbone.FromFile(await example.ModelAsync());
        var images = example.Dataset.Test.Take(6).ToArray();
        using var transformer = _ml.TransferLearning.ClassifyImages("Image", backbone).Fit(ImageRows.Contents(_ml, images));
        var classifier = await example.ClassifierAsync();
        var rows = Predict(transformer, ImageRows.Contents(_ml, images));
        Assert.Equal(images.Select(image => classifier.Predict(image.Path).Label), rows.Select(row => row.PredictedLabel));
    }

    [Fact]
    public void The_onnx_model_of_a_trained_transformer_is_a_finished_classifier()
    {
        using var folder = new TemporaryFolder();
        using var transformer = _ml.TransferLearning.ImageClassification(new() { FeatureExtraction = new() { Head = new() { RegularizationStrengths = [0.1] } } })
            .Fit(ImageRows.Paths(_ml, example.Dataset.Train));
        transformer.ToOnnx().Save(folder.File("shapes.onnx"));
        using var classifier = ImageClassifier.Load(folder.File("shapes.onnx"));
        Assert.Equal(DrawnImages.Classes, classifier.Labels);
    }

    [Fact]
    public void A_saved_pipeline_says_what_its_classifier_was_trained_on()
    {
        using var folder = new TemporaryFolder();
        var rows = ImageRows.Paths(_ml, example.Dataset.Train);
        using var transformer = _ml.TransferLearning.ImageClassification(new() { FeatureExtraction = new() { Head = new() { RegularizationStrengths = [0.1] } } }).Fit(rows);
        string hash = System.Text.Json.JsonDocument.Parse(transformer.ToOnnx().Metadata["transferlearning.training"]).RootElement.GetProperty("dataHash").GetString()!;
        _ml.Model.Save(transformer, rows.Schema, folder.File("model.zip"));

        using var zip = System.IO.Compression.ZipFile.OpenRead(folder.File("model.zip"));
        Assert.Contains(zip.Entries, entry =>
        {
            using var content = new MemoryStream();
            using (var stream = entry.Open())
                stream.CopyTo(content);
            return content.ToArray().AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(hash)) >= 0;
        });
    }

    [Fact]
    public void All_violations_of_options_are_in_one_message()
    {
        var error = Assert.Throws<ArgumentException>(() => _ml.TransferLearning.ImageClassification(new ImageClassificationOptions
        {
            Scenario = TransferScenario.Pretrained,
            Advisor = new() { LargeFrom = 0 },
            FeatureExtraction = new() { Head = new() { Folds = 1 } },
            FineTuning = new() { Epochs = 0, LearningRate = -1 },
            LabelColumnName = "ImagePath",
            Top = 0,
            Execution = new ExecutionOptions { Threads = -1 },
            ValidationSet = ImageRows.Paths(_ml, example.Dataset.Validation),
        }));
        foreach (string part in (string[])["Advisor is given", "LargeFrom", "FeatureExtraction is given", "FineTuning is given", "Folds", "Epochs", "LearningRate", "both 'ImagePath'", "Top is 0", "Threads", "ValidationSet"])
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _ml.TransferLearning.ClassifyImages(top: 0));
        Assert.Throws<ArgumentException>(() => _ml.TransferLearning.ImageClassification(new() { FineTuning = new FineTuningOptions() }));
    }

    [Fact]
    public void Rows_that_cannot_be_learned_from_are_refused()
    {
        var estimator = _ml.TransferLearning.ImageClassification();
        var one = ImageRows.Paths(_ml, example.Dataset.Train.Where(image => image.Label == 0));
        Assert.Contains("'circle'", Assert.Throws<DatasetException>(() => estimator.Fit(one)).Message, StringComparison.Ordinal);
        Assert.Contains("no rows", Assert.Throws<DatasetException>(() => estimator.Fit(ImageRows.Paths(_ml, []))).Message, StringComparison.Ordinal);
        var inMemory = _ml.TransferLearning.ImageClassification(new() { ImageColumnName = "Image" });
        Assert.Contains("paths", Assert.Throws<ArgumentException>(() => inMemory.Fit(ImageRows.Contents(_ml, example.Dataset.Train.Take(1)))).Message, StringComparison.Ordinal);
        var unlabelled = _ml.TransferLearning.ImageClassification(new() { LabelColumnName = "Number" });
        Assert.Contains("'Number'", Assert.Throws<ArgumentException>(() => unlabelled.Fit(ImageRows.Paths(_ml, example.Dataset.Train))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_stops_the_training()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var estimator = _ml.TransferLearning.ImageClassification(new() { CancellationToken = stop.Token });
        Assert.ThrowsAny<OperationCanceledException>(() => estimator.Fit(ImageRows.Paths(_ml, example.Dataset.Train)));
    }

    private ImageRows.PredictionRow[] Predict(ITransformer transformer, IDataView view) =>
        [.. _ml.Data.CreateEnumerable<ImageRows.PredictionRow>(transformer.Transform(view), reuseRowObject: false)];
}
