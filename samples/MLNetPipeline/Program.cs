using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using TransferLearning;
using TransferLearning.MLNet;

// MLNetPipeline [IMAGES]: a pretrained network in an ordinary ML.NET pipeline, followed by a trainer of ML.NET.
// IMAGES has the folders train and valid, each with one folder per class; without it, images are drawn.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string folder = Directory.CreateTempSubdirectory("transferlearning-mlnet-").FullName;
string images = args.Length > 0 ? args[0] : Path.Combine(folder, "glyphs");
if (args.Length == 0)
{
    Console.WriteLine($"Drawing 600 images of 10 kinds of glyphs into {images}");
    GlyphImages.Draw(Path.Combine(images, "train"), perClass: 45, seed: 1);
    GlyphImages.Draw(Path.Combine(images, "valid"), perClass: 15, seed: 2);
}

#region mlnet-pipeline
var ml = new MLContext(seed: 1);
IDataView train = ml.TransferLearning.LoadImageFolder(Path.Combine(images, "train"));
IDataView valid = ml.TransferLearning.LoadImageFolder(Path.Combine(images, "valid"));

// A traditional algorithm on the features of a deep network: linear support vector machines, one for each class.
var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.TransferLearning.FeaturizeImages("Features", "ImagePath", Backbones.TinyResNet))
    .Append(ml.Transforms.NormalizeMeanVariance("Features"))
    .AppendCacheCheckpoint(ml)
    .Append(ml.MulticlassClassification.Trainers.OneVersusAll(ml.BinaryClassification.Trainers.LinearSvm(numberOfIterations: 20)))
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

using var model = pipeline.Fit(train);
MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(model.Transform(valid));
Console.WriteLine($"Linear SVM: {metrics.MicroAccuracy:P1} of the validation images");
#endregion

CompareTrainers();

#region mlnet-classification
// A classifier of this library as an estimator, here on the content of the files; the options select the scenario.
var classification = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.Transforms.LoadRawImageBytes("Image", null, "ImagePath"))
    .Append(ml.TransferLearning.ImageClassification(new ImageClassificationOptions
    {
        Scenario = TransferScenario.FeatureExtraction,
        ImageColumnName = "Image",
    }));
using var classifier = classification.Fit(train);
Console.WriteLine($"ImageClassification: {ml.MulticlassClassification.Evaluate(classifier.Transform(valid)).MicroAccuracy:P1}");

// The same network as one ONNX file that describes itself.
classifier.LastTransformer.ToOnnx().Save(Path.Combine(folder, "classifier.onnx"));
#endregion

#region mlnet-save
// The saved model is a chain of ML.NET's own components with the network inside.
string zip = Path.Combine(folder, "model.zip");
ml.Model.Save(model, train.Schema, zip);

using var engine = new MLContext().Model.CreatePredictionEngine<ImagePathRow, PredictionRow>(new MLContext().Model.Load(zip, out _));
foreach (string path in ImageFiles.Find(Path.Combine(images, "valid")).Where((_, index) => index % 30 == 0))
    Console.WriteLine($"{Path.GetFileName(path),-16} {engine.Predict(new ImagePathRow { ImagePath = path }).PredictedLabel}");
#endregion

Console.WriteLine($"Model: {zip}");
return 0;

// The images go through the network once; then every trainer learns from the features in memory.
void CompareTrainers()
{
    var features = ml.Transforms.Conversion.MapValueToKey("Label")
        .Append(ml.TransferLearning.FeaturizeImages("Features", "ImagePath", Backbones.TinyResNet))
        .Append(ml.Transforms.NormalizeMeanVariance("Features"));
    using var featurizer = features.Fit(train);
    var trainFeatures = ml.Data.Cache(featurizer.Transform(train), "Label", "Features");
    var validFeatures = ml.Data.Cache(featurizer.Transform(valid), "Label", "Features");
    var trainers = ml.MulticlassClassification.Trainers;
    (string Name, IEstimator<ITransformer> Trainer)[] all =
    [
        ("SDCA", trainers.SdcaMaximumEntropy()),
        ("L-BFGS", trainers.LbfgsMaximumEntropy()),
        ("Linear SVM", trainers.OneVersusAll(ml.BinaryClassification.Trainers.LinearSvm(numberOfIterations: 20))),
        ("Averaged perceptron", trainers.OneVersusAll(ml.BinaryClassification.Trainers.AveragedPerceptron())),
    ];
    foreach (var (name, trainer) in all)
    {
        var learned = trainer.Fit(trainFeatures);
        Console.WriteLine($"  {name,-20}{ml.MulticlassClassification.Evaluate(learned.Transform(validFeatures)).MicroAccuracy,8:P1}");
    }
}

/// <summary>The input of a prediction.</summary>
internal sealed class ImagePathRow
{
    public string ImagePath { get; set; } = string.Empty;

    /// <summary>Not used for prediction, but a column of the pipeline.</summary>
    public string Label { get; set; } = string.Empty;
}

/// <summary>The output of a prediction.</summary>
internal sealed class PredictionRow
{
    public string PredictedLabel { get; set; } = string.Empty;

    public float[] Score { get; set; } = [];
}
