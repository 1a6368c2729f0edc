using System.Globalization;
using TransferLearning;

// Scenarios [IMAGES] [BACKBONE]: the three scenarios of transfer learning side by side, on a folder of images or on drawn ones.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string temporary = Directory.CreateTempSubdirectory("transferlearning-scenarios-").FullName;
string folder = args.Length > 0 ? args[0] : Path.Combine(temporary, "glyphs");
if (args.Length == 0)
    GlyphImages.Draw(folder, perClass: 40, seed: 1);
Backbone backbone = args.Length > 1 ? Backbone.FromFile(args[1]) : Backbones.Default;
ImageDataset images = ImageDataset.FromFolder(folder, new ImageFolderOptions { TestFraction = 0.2 });
string image = images.Test[0].Path;

// Pure prediction: the network as it is, with the classes that it was trained for. Nothing is learned. The default has no classes.
using ImageClassifier pretrained = await TransferLearner.From(backbone.ClassCount is null ? Backbones.TinyResNet : backbone).Classifier()
    .CreateAsync();
Console.WriteLine(string.Join(", ", pretrained.Predict(image).Top(3)));

// Frozen feature extraction: a new classifier on the features of a frozen network. For few images, and in seconds.
using ImageClassifier extracted = await TransferLearner.From(backbone).FeatureExtraction().FitAsync(images);

// Partial retraining: the upper part of the network learns along, at a small rate. For images unlike those of ImageNet.
var options = new FineTuningOptions { Freeze = FreezePoint.Fraction(0.75), Epochs = 6 };
using ImageClassifier tuned = await TransferLearner.From(backbone).FineTuning(options).FitAsync(images);

foreach (var (name, classifier) in new[] { ("feature extraction", extracted), ("fine-tuning", tuned) })
{
    double accuracy = (await classifier.EvaluateAsync(images.Test)).Report.Accuracy;
    Console.WriteLine($"{name,-20} {accuracy:P1} of {images.Test.Count} test images, {classifier.Training!.Seconds:F1} s");
}

Directory.Delete(temporary, recursive: true);
return 0;
