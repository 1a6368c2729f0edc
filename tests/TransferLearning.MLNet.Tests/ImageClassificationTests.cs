using Microsoft.ML;
using Microsoft.ML.Data;
using TransferLearning.MLNet;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.MLNet;

/// <summary>The scenarios as one estimator over rows of paths and classes.</summary>
public sealed class ImageClassificationTests(DrawnExample example)
{
    private static readonly FeatureExtractionOptions Quick = new() { Head = new() { RegularizationStrengths = [0.1] } };

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public async Task Feature_extraction_gives_the_classifier_that_the_fluent_form_gives()
    {
        var train = example.Dataset.Train;
        var dataset = new ImageDataset("rows", train);
        using var fluent = await TransferLearner.From(Backbones.TinyResNet).FeatureExtraction(Quick).FitAsync(dataset);
        using var transformer = _ml.TransferLearning.ImageClassification(new() { FeatureExtraction = Quick })
            .Fit(ImageRows.Paths(_ml, train));

        var test = example.Dataset.Test;
        var expected = await fluent.PredictAsync(test.Paths);
        var rows = Predict(transformer, ImageRows.Paths(_ml, test));
        Assert.All(rows.Zip(expected), pair =>
        {
            Assert.Equal(pair.Second.Prediction!.Probabilities.ToArray(), pair.First.Score);
            Assert.Equal(pair.Second.Prediction.Label, pair.First.PredictedLabelText);
            Assert.Equal(pair.Second.Prediction.Top(5).Select(entry => entry.Label), pair.First.TopLabels);
            Assert.Equal(pair.Second.Prediction.Top(5).Select(entry => entry.Probability), pair.First.TopProbabilities);
        });
        Assert.Equal(3, rows[0].TopLabels.Length);

        // The class is a key, as every multiclass trainer of ML.NET gives it: from 1, with the names as its values.
        var scored = transformer.Transform(ImageRows.Paths(_ml, test));
        Assert.Equal(new KeyDataViewType(typeof(uint), 3), scored.Schema["PredictedLabel"].Type);
        Assert.Equal(DrawnImages.Classes, ImageRows.KeyValues(scored, "PredictedLabel"));
        Assert.Equal(expected.Select(result => (uint)result.Prediction!.LabelIndex + 1), scored.GetColumn<uint>("PredictedLabel"));
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
            FeatureExtraction = scenario == TransferScenario.FeatureExtraction ? new() { Head = new() { RegularizationStrengths = [0.1] } }
                : null,
            FineTuning = scenario == TransferScenario.FineTuning ? new() { Epochs = 1, Freeze = FreezePoint.Fraction(0.9) } : null,
            Top = 2,
        };
        var test = ImageRows.Paths(_ml, example.Dataset.Test.Take(6));
        using var transformer = _ml.TransferLearning.ImageClassification(options, stages).Fit(ImageRows.Paths(_ml, example.Dataset.Train));
        var before = Predict(transformer, test);

        using var stream = new MemoryStream();
        _ml.Model.Save(transformer, test.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out _);
        var after = Predict(loaded, test);
        Assert.InRange(ImageRows.Difference([.. before.Select(row => row.Score)], [.. after.Select(row => row.Score)]), 0, 1e-5);
        Assert.Equal(before.Select(row => row.PredictedLabelText), after.Select(row => row.PredictedLabelText));
        Assert.Equal(Keys(transformer, test), Keys(loaded, test));
        Assert.Equal(
            ImageRows.KeyValues(transformer.Transform(test), "PredictedLabel"),
            ImageRows.KeyValues(loaded.Transform(test), "PredictedLabel"));
        Assert.Equal(before.Select(row => row.TopLabels), after.Select(row => row.TopLabels));
        Assert.All(after, row => Assert.Equal(row.Score.OrderDescending().Take(2), row.TopProbabilities));
        Assert.Equal(
            transformer.Transform(test).Schema.Select(column => (column.Name, column.Type)),
            loaded.Transform(test).Schema.Where(column => !column.IsHidden).Select(column => (column.Name, column.Type)));
        Assert.Equal(scenario == TransferScenario.FineTuning, stages.Values.Any(report => report.Stage == TransferStage.Train));

        using var engine = new MLContext().Model.CreatePredictionEngine<ImageRows.PathRow, ImageRows.PredictionRow>(loaded);
        Assert.Equal(before[0].PredictedLabelText, engine.Predict(new() { ImagePath = example.Dataset.Test[0].Path }).PredictedLabelText);
    }

    [Fact]
    public void Auto_measures_its_candidates_and_the_saved_model_says_which_won()
    {
        using var transformer = _ml.TransferLearning
            .ImageClassification(new() { Scenario = TransferScenario.Auto, FineTuning = new() { Epochs = 1 } })
            .Fit(ImageRows.Paths(_ml, example.Dataset.Train));
        string training = Training(transformer);

        // A tenth of 36 images is too little to compare candidates on.
        Assert.Contains("\"scenario\":\"feature-extraction\"", training, StringComparison.Ordinal);
        Assert.Contains("Frozen features are kept, since ", training, StringComparison.Ordinal);
        Assert.Contains("\"race\":[", training, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_decides_the_order_of_the_scores_so_that_the_metrics_of_ML_NET_fit()
    {
        // The images come in another order than that of the names, and a key by occurrence follows it.
        var train = example.Dataset.Train.OrderByDescending(image => image.Label).ToArray();
        var keys = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(ImageRows.Paths(_ml, train));
        using var transformer = _ml.TransferLearning.ImageClassification(new() { FeatureExtraction = Quick })
            .Fit(keys.Transform(ImageRows.Paths(_ml, train)));
        var scored = transformer.Transform(keys.Transform(ImageRows.Paths(_ml, example.Dataset.Test)));
        var metrics = _ml.MulticlassClassification.Evaluate(scored);
        Assert.InRange(metrics.MicroAccuracy, 0.8, 1);
        double right = _ml.Data.CreateEnumerable<ImageRows.PredictionRow>(scored, reuseRowObject: false)
            .Zip(example.Dataset.Test, (row, image) => row.PredictedLabelText == DrawnImages.Classes[image.Label] ? 1.0 : 0).Average();
        Assert.Equal(right, metrics.MicroAccuracy, 9);

        // The predicted key has the values of the label's, so that the two can be compared.
        Assert.Equal(ImageRows.KeyValues(scored, "Label"), ImageRows.KeyValues(scored, "PredictedLabel"));
        Assert.Equal(scored.Schema["Label"].Type, scored.Schema["PredictedLabel"].Type);

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
        var validation = ImageRows.Paths(_ml, example.Dataset.Validation);
        using var transformer = _ml.TransferLearning.ImageClassification(new() { ValidationSet = validation }).Fit(train);
        Assert.Contains("\"validationImages\":18", Training(transformer), StringComparison.Ordinal);

        var strange = _ml.Data.LoadFromEnumerable<ImageRows.PathRow>([new() { ImagePath = example.Dataset.Train[0].Path, Label = "moon" }]);
        var estimator = _ml.TransferLearning.ImageClassification(new() { ValidationSet = strange });
        var error = Assert.Throws<DatasetException>(() => estimator.Fit(train));
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
        Assert.Equal(images.Select(image => classifier.Predict(image.Path).Label), rows.Select(row => row.PredictedLabelText));
    }

    [Fact]
    public void The_onnx_model_of_a_trained_transformer_is_a_finished_classifier()
    {
        using var folder = new TemporaryFolder();
        using var transformer = _ml.TransferLearning.ImageClassification(new() { FeatureExtraction = Quick })
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
        using var transformer = _ml.TransferLearning.ImageClassification(new() { FeatureExtraction = Quick }).Fit(rows);
        string hash = System.Text.Json.JsonDocument.Parse(Training(transformer)).RootElement.GetProperty("dataHash").GetString()!;
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
            ScoreColumnName = "",
            TopLabelsColumnName = "PredictedLabel",
        }));
        string[] parts =
        [
            "Advisor is given", "LargeFrom", "FeatureExtraction is given", "FineTuning is given", "Folds", "Epochs", "LearningRate",
            "both 'ImagePath'", "Top is 0", "Threads", "ValidationSet", "ScoreColumnName is ''", "both 'PredictedLabel'",
        ];
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => _ml.TransferLearning.ClassifyImages(top: 0));
        Assert.Throws<ArgumentException>(() => _ml.TransferLearning.ImageClassification(new() { FineTuning = new FineTuningOptions() }));
    }

    [Fact]
    public void Rows_that_cannot_be_learned_from_are_refused()
    {
        var estimator = _ml.TransferLearning.ImageClassification();
        var one = ImageRows.Paths(_ml, example.Dataset.Train.Where(image => image.Label == 0));
        Refuses<DatasetException>(estimator, one, "'circle'");
        Refuses<DatasetException>(estimator, ImageRows.Paths(_ml, []), "no rows");
        var inMemory = _ml.TransferLearning.ImageClassification(new() { ImageColumnName = "Image" });
        var missing = _ml.Data.LoadFromEnumerable<ImageRows.ImageRow>([new() { Label = "circle" }]);
        Refuses<ImageDecodeException>(inMemory, missing, "no image");
        var pathless = _ml.Data.LoadFromEnumerable<ImageRows.PathRow>([new() { Label = "circle" }]);
        Refuses<ImageDecodeException>(estimator, pathless, "path is empty");
        var classless = _ml.Data.LoadFromEnumerable<ImageRows.PathRow>([new() { ImagePath = example.Dataset.Train[0].Path }]);
        Refuses<DatasetException>(estimator, classless, "no class");
        var unlabelled = _ml.TransferLearning.ImageClassification(new() { LabelColumnName = "Number" });
        Refuses<ArgumentException>(unlabelled, ImageRows.Paths(_ml, example.Dataset.Train), "'Number'");
    }

    [Fact]
    public void A_token_stops_the_training()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var train = ImageRows.Paths(_ml, example.Dataset.Train);
        var estimator = _ml.TransferLearning.ImageClassification(cancellationToken: stop.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => estimator.Fit(train));
        var featurizer = _ml.TransferLearning.FeaturizeImages("Features", cancellationToken: stop.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => featurizer.Fit(train));
    }

    private static void Refuses<T>(ImageClassificationEstimator estimator, IDataView rows, string because)
        where T : Exception => Assert.Contains(because, Assert.Throws<T>(() => estimator.Fit(rows)).Message, StringComparison.Ordinal);

    private static string Training(ImageTransformer transformer) => transformer.ToOnnx().Metadata["transferlearning.training"];

    private static uint[] Keys(ITransformer transformer, IDataView view) =>
        [.. transformer.Transform(view).GetColumn<uint>("PredictedLabel")];

    private ImageRows.PredictionRow[] Predict(ITransformer transformer, IDataView view) =>
        [.. _ml.Data.CreateEnumerable<ImageRows.PredictionRow>(transformer.Transform(view), reuseRowObject: false)];
}
