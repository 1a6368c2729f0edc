using System.Globalization;
using TransferLearning;

// Project 1 of the chapter on transfer learning: dogs or cats, from 202 training images. There it is Keras with VGG16; each step below says
// what it is there.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (SampleData.Images(args, "dogs_vs_cats", "train/cat/*.jpg, train/dog/*.jpg, valid/…") is not { } folder)
    return 2;

// Prints one line at the end of each epoch.
var progress = new Progress<TransferProgress>(value => Console.Write(value.Epoch is { } epoch ? $"{epoch}\n" : ""));

// 1. Read the images. There: ImageDataGenerator().flow_from_directory for train and valid. Here resizing and normalisation belong to the
//    backbone, so nothing has to be told twice.
ImageDataset pets = ImageDataset.FromFolder(folder);

// 2. The base model. There: VGG16(weights="imagenet", include_top=False). Here any ONNX classifier; its top is found and left away.
Backbone backbone = SampleData.Network(args);

// 3. Freeze it, and put a new classifier on top. There: layer.trainable = False in a loop, then Dense(64, "relu"), BatchNormalization(),
//    Dropout(0.5), Dense(2, "softmax").
// 4. Compile. There: Adam(lr=0.0001), categorical cross-entropy; the same here. The images go through the frozen network once and not in
//    every epoch, so epochs cost milliseconds and there can be more of them.
var head = new MlpHeadOptions { Units = 64, Dropout = 0.5, Optimizer = new AdamOptions(), LearningRate = 1e-4, Epochs = 50 };

// 5. Train. There: model.fit(train, epochs=20, validation_data=valid), a few minutes.
using ImageClassifier classifier = await TransferLearner
    .From(backbone)
    .FeatureExtraction(new FeatureExtractionOptions { Mlp = head })
    .FitAsync(pets, progress);

// 6. Look at it. There: model.summary() and plots of accuracy and loss.
Console.WriteLine(classifier.Summarize());
Console.WriteLine(new TrainingHistory(classifier.Training!.History!).ToCsv());

// 7. Evaluate. There: model.evaluate on the test images, 95.79%.
LabeledImageSet held = pets.Test.Count > 0 ? pets.Test : pets.Validation;
ClassificationReport report = (await classifier.EvaluateAsync(held)).Report;
Console.WriteLine(report);

// 8. Keep it. There: save_weights to HDF5. Here one ONNX file with labels and preprocessing inside.
classifier.Save("dogs-vs-cats.onnx");

Console.WriteLine($"{held.Name}: {report.Accuracy:P2} of {held.Count} images, trained in {classifier.Training.Seconds:F1} s.");
Console.WriteLine("Saved dogs-vs-cats.onnx");
return 0;
