using System.Globalization;
using TransferLearning;

// Project 2 of the chapter on transfer learning: the digits of sign language, ten classes that look unlike anything in ImageNet, so that
// frozen features alone are not enough. There it is Keras with VGG16; each step below says what it is there.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (SampleData.Images(args, "sign_language", "train/0/*.jpg … train/9/*.jpg, valid/…") is not { } folder)
    return 2;

// Prints one line at the end of each epoch.
var progress = new Progress<TransferProgress>(value => Console.Write(value.Epoch is { } epoch ? $"{epoch}\n" : ""));

// 1. Read the images. There: flow_from_directory for train, valid and test.
ImageDataset digits = ImageDataset.FromFolder(folder);

// 2. The base model. There: VGG16(weights="imagenet", include_top=False, pooling="avg"). Average pooling is the default here.
Backbone backbone = SampleData.Network(args);

// 3. Freeze the first part only. There: for layer in base_model.layers[:-5]: layer.trainable = False. Here a share of the layers, a number
//    of last ones (FreezePoint.LastLayers(5)) or a layer's name (FreezePoint.From("…")).
// 4. Compile. There: Adam(lr=0.0001), a small learning rate so as not to unlearn. Here the backbone gets a tenth of the head's rate.
var options = new FineTuningOptions { Freeze = FreezePoint.Fraction(0.75) };

// 5. Train. There: a new Dense(10, "softmax") and model.fit for 20 epochs, about a quarter of an hour. Here the head is fitted to frozen
//    features first, then the unfrozen part trains along for a few epochs.
using ImageClassifier classifier = await TransferLearner
    .From(backbone)
    .FineTuning(options)
    .FitAsync(digits, progress);

// 6. Look at it. There: plots of accuracy and loss.
Console.WriteLine(new TrainingHistory(classifier.Training!.History!).ToCsv());

// 7. Evaluate with the confusion matrix. There: model.evaluate, 98.00%, and sklearn's confusion_matrix.
LabeledImageSet held = digits.Test.Count > 0 ? digits.Test : digits.Validation;
ClassificationReport report = (await classifier.EvaluateAsync(held)).Report;
Console.WriteLine(report);

// 8. Keep it: an ordinary inference model, whose trained weights are back in the original graph.
classifier.Save("sign-language.onnx");

Console.WriteLine($"{held.Name}: {report.Accuracy:P2} of {held.Count} images, trained in {classifier.Training.Seconds:F1} s.");
Console.WriteLine("Saved sign-language.onnx");
return 0;
