using System.Globalization;
using TransferLearning;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string folder = Directory.CreateTempSubdirectory("transferlearning-quickstart-").FullName;
string images = Path.Combine(folder, "glyphs");
Console.WriteLine($"Drawing 600 images of 10 kinds of glyphs into {images}");
GlyphImages.Draw(images, perClass: 60, seed: 1);

// A folder with one sub-folder for each class; a fifth of the images is set aside for validation and another fifth for the test.
ImageDataset glyphs = ImageDataset.FromFolder(images, new ImageFolderOptions { ValidationFraction = 0.2, TestFraction = 0.2 });

// The backbone is frozen and turns every image into 512 features; only the new head on top is trained.
Console.WriteLine($"Backbone: {Backbones.Default}");
using ImageClassifier classifier = await TransferLearner.From(Backbones.Default).FeatureExtraction().FitAsync(glyphs);
Console.WriteLine(classifier.Summarize());

ClassificationReport report = (await classifier.EvaluateAsync(glyphs.Test)).Report;
Console.WriteLine(report);

// One file that describes itself: labels, preprocessing, origin and figures are inside.
string modelPath = Path.Combine(folder, "glyphs.onnx");
classifier.Save(modelPath);

using ImageClassifier loaded = ImageClassifier.Load(modelPath);
foreach (LabeledImage image in glyphs.Test.Where((_, index) => index % 40 == 0))
{
    Prediction prediction = loaded.Predict(image.Path);
    string best = string.Join("  ", prediction.Top(3).Select(c => $"{c.Label} {c.Probability:P1}"));
    Console.WriteLine($"{Path.GetFileName(image.Path),-16} {best}");
}

TrainingSummary training = classifier.Training!;
Console.WriteLine();
Console.WriteLine($"Trained on {training.TrainingImages} images in {training.Seconds:F1} s, test accuracy {report.Accuracy:P1}.");
Console.WriteLine($"Model: {modelPath}");
return 0;
