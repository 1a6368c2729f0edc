// A console application that references TransferLearning.Core only: trains, evaluates, reports, quantizes, saves, loads and predicts.
// Usage: app FOLDER
using System.Globalization;
using TransferLearning;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string folder = args[0];
string images = Path.Combine(folder, "glyphs");
GlyphImages.Draw(images, perClass: 40, seed: 1);
var glyphs = ImageDataset.FromFolder(images, new ImageFolderOptions { ValidationFraction = 0.25, TestFraction = 0.25 });

using var trained = await TransferLearner.From(Backbones.TinyResNet).FeatureExtraction().FitAsync(glyphs);
var evaluation = await trained.EvaluateAsync(glyphs.Test);
string report = Path.Combine(folder, "report.html");
await HtmlReport.WriteAsync(report, evaluation, trained);

using var quantized = await trained.QuantizeAsync(glyphs.Train, glyphs.Validation, new QuantizationOptions { MaxAccuracyLoss = 0.05 });
string model = Path.Combine(folder, "small.onnx");
quantized.Save(model);
using var loaded = ImageClassifier.Load(model);
int right = glyphs.Test.Count(image => loaded.Predict(image.Path).LabelIndex == image.Label);

Console.WriteLine($"test accuracy {evaluation.Report.Accuracy:P1}, quantized {right} of {glyphs.Test.Count}");
Console.WriteLine($"report of {new FileInfo(report).Length} bytes");
return evaluation.Report.Accuracy > 0.8 && right > 0.75 * glyphs.Test.Count ? 0 : 1;
