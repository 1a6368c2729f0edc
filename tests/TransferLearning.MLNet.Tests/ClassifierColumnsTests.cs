using Microsoft.ML;
using Microsoft.ML.Data;
using TransferLearning.MLNet;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.MLNet;

/// <summary>What kinds of columns a classifier is trained on, and what columns it adds.</summary>
public sealed class ClassifierColumnsTests(DrawnExample example)
{
    private static readonly FeatureExtractionOptions Quick = new() { Head = new() { RegularizationStrengths = [0.1] } };

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Training_on_the_content_of_files_gives_the_classifier_that_training_on_their_paths_gives()
    {
        var (train, validation) = (example.Dataset.Train, example.Dataset.Validation);
        using var fromPaths = Fit(ImageRows.Paths(_ml, train), "ImagePath", ImageRows.Paths(_ml, validation));
        using var fromContents = Fit(ImageRows.Contents(_ml, train), "Image", ImageRows.Contents(_ml, validation));
        Assert.Equal(DataHash(fromPaths), DataHash(fromContents));
        Assert.Equal(
            ImageRows.Vectors(fromPaths.Transform(ImageRows.Paths(_ml, example.Dataset.Test)), "Score"),
            ImageRows.Vectors(fromContents.Transform(ImageRows.Contents(_ml, example.Dataset.Test)), "Score"));
    }

    [Theory]
    [InlineData(TransferScenario.FeatureExtraction)]
    [InlineData(TransferScenario.FineTuning)]
    public void Training_on_decoded_images_learns_them_and_scores_the_same_after_loading(TransferScenario scenario)
    {
        var options = new ImageClassificationOptions
        {
            Scenario = scenario,
            ImageColumnName = "Image",
            FeatureExtraction = scenario == TransferScenario.FeatureExtraction ? Quick : null,
            FineTuning = scenario == TransferScenario.FineTuning ? new() { Epochs = 4, Freeze = FreezePoint.Fraction(0.9) } : null,
        };
        using var transformer = _ml.TransferLearning.ImageClassification(options).Fit(ImageRows.Images(_ml, example.Dataset.Train));
        var test = ImageRows.Images(_ml, example.Dataset.Test);
        var scored = transformer.Transform(test);
        double right = scored.GetColumn<string>("PredictedLabelText")
            .Zip(test.GetColumn<string>("Label"), (predicted, actual) => predicted == actual ? 1.0 : 0).Average();
        Assert.InRange(right, 0.75, 1);
        var again = Reload(transformer, test).Transform(test);
        Assert.InRange(ImageRows.Difference(ImageRows.Vectors(scored, "Score"), ImageRows.Vectors(again, "Score")), 0, 1e-5);
    }

    [Fact]
    public void A_transparent_image_is_learned_on_white_as_it_is_scored()
    {
        using var pixels = ImagePixels.Copy(MLImage.CreateFromPixels(2, 1, MLPixelFormat.Bgra32, [10, 20, 30, 255, 0, 0, 0, 0]), "image");
        using var content = ImagePixels.Content(pixels).Read(ImageDecodeOptions.Default);
        using var bitmap = SkiaSharp.SKBitmap.Decode(content.Bytes.ToArray());
        Assert.Equal([new SkiaSharp.SKColor(30, 20, 10), SkiaSharp.SKColors.White], bitmap.Pixels);
    }

    [Fact]
    public void The_names_of_the_added_columns_are_options_and_are_kept_by_a_saved_model()
    {
        string[] names = ["Probabilities", "Class", "Name", "Best", "BestProbabilities"];
        var rows = ImageRows.Paths(_ml, example.Dataset.Train);
        using var transformer = _ml.TransferLearning.ImageClassification(new()
        {
            FeatureExtraction = Quick,
            ScoreColumnName = names[0],
            PredictedLabelColumnName = names[1],
            PredictedLabelTextColumnName = names[2],
            TopLabelsColumnName = names[3],
            TopProbabilitiesColumnName = names[4],
        }).Fit(rows);
        Assert.Equal(names, transformer.OutputColumnNames);
        foreach (var view in (IDataView[])[transformer.Transform(rows), Reload(transformer, rows).Transform(rows)])
        {
            string[] found = [.. view.Schema.Where(column => !column.IsHidden).Select(column => column.Name)];
            Assert.Equal(["Number", "ImagePath", "Label", .. names], found);
            Assert.Equal(view.GetColumn<string>("Name"), view.GetColumn<uint>("Class").Select(key => DrawnImages.Classes[(int)key - 1]));
        }
    }

    [Fact]
    public void A_pipeline_evaluates_and_maps_the_key_back_as_behind_any_trainer_of_ML_NET()
    {
        var progress = new ListProgress();
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(_ml.TransferLearning.ImageClassification(new() { FeatureExtraction = Quick }, progress))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));
        using var model = pipeline.Fit(ImageRows.Paths(_ml, example.Dataset.Train));
        Assert.Contains(progress.Values, report => report.Stage == TransferStage.Featurize);
        var test = ImageRows.Paths(_ml, example.Dataset.Test);
        foreach (var loaded in (ITransformer[])[model, Reload(model, test)])
        {
            var scored = loaded.Transform(test);
            Assert.InRange(_ml.MulticlassClassification.Evaluate(scored).MicroAccuracy, 0.8, 1);
            Assert.Equal(scored.GetColumn<string>("PredictedLabelText"), scored.GetColumn<string>("Predicted"));
        }
    }

    [Fact]
    public void Cross_validation_of_ML_NET_trains_a_classifier_for_each_fold()
    {
        var rows = ImageRows.Paths(_ml, example.Dataset.All);
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        var folds = _ml.MulticlassClassification.CrossValidate(
            keyed, _ml.TransferLearning.ImageClassification(new() { FeatureExtraction = Quick }), numberOfFolds: 2);
        Assert.Equal(2, folds.Count);
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.MicroAccuracy, 0.75, 1));
    }

    [Fact]
    public void A_key_of_numbers_gives_its_numbers_as_names()
    {
        var train = example.Dataset.Train.ToArray();
        var rows = _ml.Data.LoadFromEnumerable(
            train.Select(image => new NumberedClass { ImagePath = image.Path, Label = 10 * (image.Label + 1) }).ToArray());
        var keys = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows);
        using var transformer = _ml.TransferLearning.ImageClassification(new() { FeatureExtraction = Quick }).Fit(keys.Transform(rows));
        Assert.Equal(
            train.Select(image => $"{10 * (image.Label + 1)}").Distinct(),
            ImageRows.KeyValues(transformer.Transform(rows), "PredictedLabel"));
    }

    [Fact]
    public void A_key_without_values_gives_numbered_classes()
    {
        var rows = _ml.Data.LoadFromEnumerable(
            example.Dataset.Train.Select(image => new KeyedClass { ImagePath = image.Path, Label = (byte)image.Label }).ToArray());
        using var transformer = _ml.TransferLearning.ImageClassification(new() { FeatureExtraction = Quick }).Fit(rows);
        Assert.Equal(["class 0", "class 1", "class 2"], ImageRows.KeyValues(transformer.Transform(rows), "PredictedLabel"));
    }

    [Fact]
    public void A_name_that_occurs_twice_is_two_values_of_the_key()
    {
        string[] values = NetworkColumn.PredictedKey.ValuesOf(["crane", "heron", "crane", "crane (2)"]);
        Assert.Equal(["crane", "heron", "crane (2)", "crane (2) (2)"], values);

        var rows = ImageRows.Paths(_ml, example.Dataset.Test.Take(5));
        var network = Backbones.TinyResNet with { Labels = [.. Backbones.TinyResNet.Labels.Select(_ => "thing")] };
        using var transformer = _ml.TransferLearning.ClassifyImages(backbone: network).Fit(rows);
        foreach (var view in (IDataView[])[transformer.Transform(rows), Reload(transformer, rows).Transform(rows)])
        {
            uint[] best = [.. ImageRows.Vectors(view, "Score").Select(row => (uint)row.AsSpan().IndexOf(row.Max()) + 1)];
            Assert.Equal(best, view.GetColumn<uint>("PredictedLabel"));
            Assert.All(view.GetColumn<string>("PredictedLabelText"), name => Assert.Equal("thing", name));
        }
    }

    private static string DataHash(ImageTransformer transformer) => System.Text.Json.JsonDocument
        .Parse(transformer.ToOnnx().Metadata["transferlearning.training"]).RootElement.GetProperty("dataHash").GetString()!;

    private ImageTransformer Fit(IDataView train, string column, IDataView validation) => _ml.TransferLearning
        .ImageClassification(new() { ImageColumnName = column, FeatureExtraction = Quick, ValidationSet = validation }).Fit(train);

    private ITransformer Reload(ITransformer transformer, IDataView rows)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(transformer, rows.Schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    private sealed class NumberedClass
    {
        public string ImagePath { get; set; } = "";

        public int Label { get; set; }
    }

    private sealed class KeyedClass
    {
        public string ImagePath { get; set; } = "";

        /// <summary>Counts from 0; the key of ML.NET counts from 1.</summary>
        [KeyType(3)]
        public byte Label { get; set; }
    }
}
