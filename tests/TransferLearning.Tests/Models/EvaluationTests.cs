using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Models;

public sealed class EvaluationTests(DrawnExample example)
{
    [Fact]
    public async Task The_mistakes_are_the_cells_beside_the_diagonal()
    {
        // Every third image is filed under the next class, so there are mistakes to find.
        var classifier = await example.ClassifierAsync();
        var images = new LabeledImageSet("mixed up", DrawnImages.Classes, example.Dataset.Test.Select((image, i) =>
            i % 3 == 0 ? image with { Label = (image.Label + 1) % 3 } : image));
        var evaluation = await classifier.EvaluateAsync(images);
        var (report, matrix) = (evaluation.Report, evaluation.Report.ConfusionMatrix);

        Assert.Equal(images.Count, report.Images);
        Assert.Equal(images.Count - report.Correct, evaluation.Wrong.Count);
        Assert.InRange(evaluation.Wrong.Count, images.Count / 4, images.Count / 2);
        for (int actual = 0; actual < 3; actual++)
        {
            Assert.Equal(images.ClassCounts[actual], matrix.ActualCount(actual));
            for (int predicted = 0; predicted < 3; predicted++)
            {
                int listed = evaluation.Wrong.Count(mistake =>
                    mistake.Actual == matrix.Classes[actual] && mistake.Prediction.Label == matrix.Classes[predicted]);
                Assert.Equal(actual == predicted ? 0 : matrix[actual, predicted], listed);
            }
        }

        Assert.Equal(
            evaluation.Wrong.OrderByDescending(mistake => mistake.Prediction.Probability).Select(mistake => mistake.Path),
            evaluation.Wrong.Select(mistake => mistake.Path));
        Assert.All(evaluation.Wrong, mistake => Assert.Contains(mistake.Path, images.Paths));
        Assert.Empty(evaluation.Skipped);
    }

    [Fact]
    public async Task The_figures_are_those_of_the_single_predictions()
    {
        var classifier = await example.ClassifierAsync();
        var images = example.Dataset.Test;
        var report = (await classifier.EvaluateAsync(images)).Report;
        var predictions = images.Select(image => classifier.Predict(image.Path)).ToList();
        Assert.Equal(
            predictions.Where((prediction, i) => prediction.LabelIndex == images[i].Label).Count() / (double)images.Count, report.Accuracy);
        Assert.Equal(
            predictions.Select((prediction, i) => -Math.Log(prediction.Probabilities[images[i].Label])).Average(), report.LogLoss, 1e-4);
        Assert.Equal(1, report.TopKAccuracy(3));
        Assert.Equal(DrawnImages.Classes, report.Classes.Select(metrics => metrics.Label));
    }

    [Fact]
    public async Task Classes_are_matched_by_name_whatever_their_order_and_number()
    {
        var classifier = await example.ClassifierAsync();
        string[] classes = [DrawnImages.Classes[2], DrawnImages.Classes[0]];
        var images = new LabeledImageSet("two of three", classes, example.Dataset.Test.Where(image => image.Label != 1)
            .Select(image => image with { Label = image.Label == 2 ? 0 : 1 }));
        var report = (await classifier.EvaluateAsync(images)).Report;
        Assert.InRange(report.Accuracy, 0.9, 1);
        Assert.Equal(DrawnImages.Classes, report.Classes.Select(metrics => metrics.Label));
        Assert.Equal([6, 0, 6], report.Classes.Select(metrics => metrics.Support));
    }

    [Fact]
    public async Task Classes_that_the_classifier_does_not_know_are_listed_with_those_that_it_knows()
    {
        var classifier = await example.ClassifierAsync();
        var images = new LabeledImageSet("pets", ["circle", "Cat", "dog"], example.Dataset.Test);
        var error = await Assert.ThrowsAsync<DatasetException>(() => classifier.EvaluateAsync(images));
        Assert.Contains("does not have the classes 'Cat', 'dog'.", error.Message, StringComparison.Ordinal);
        Assert.Contains("dataset has the classes 'circle', 'Cat', 'dog'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Its own are 'circle', 'square', 'yıldız İ ★'", error.Message, StringComparison.Ordinal);

        // Case counts: "Circle" is not "circle", in Turkish and elsewhere.
        var upper = new LabeledImageSet("upper", ["Circle", "square", "yıldız İ ★"], example.Dataset.Test);
        await Assert.ThrowsAsync<DatasetException>(() => classifier.EvaluateAsync(upper));
    }

    [Fact]
    public async Task An_empty_set_is_an_error_that_names_it()
    {
        var classifier = await example.ClassifierAsync();
        var error = await Assert.ThrowsAsync<DatasetException>(
            () => classifier.EvaluateAsync(new LabeledImageSet("nothing", DrawnImages.Classes, [])));
        Assert.Contains("'nothing'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_images_stop_the_evaluation_or_are_listed_and_do_not_count()
    {
        using var folder = new TemporaryFolder();
        string text = folder.File("text.jpg");
        await File.WriteAllTextAsync(text, "no image");
        var classifier = await example.ClassifierAsync();
        var images = new LabeledImageSet("spoilt", DrawnImages.Classes, example.Dataset.Test.Take(3).Prepend(new LabeledImage(text, 1)));

        var error = await Assert.ThrowsAsync<ImageDecodeException>(() => classifier.EvaluateAsync(images));
        Assert.Contains(text, error.Message, StringComparison.Ordinal);

        var evaluation = await classifier.EvaluateAsync(images, UndecodableImages.Skip);
        Assert.Equal(3, evaluation.Report.Images);
        Assert.Equal(0, evaluation.Report.Classes[1].Support);
        Assert.Contains(text, Assert.Single(evaluation.Skipped), StringComparison.Ordinal);

        var nothing = new LabeledImageSet("texts", DrawnImages.Classes, [new LabeledImage(text, 0)]);
        var none = await Assert.ThrowsAsync<DatasetException>(() => classifier.EvaluateAsync(nothing, UndecodableImages.Skip));
        Assert.Contains("None of the 1 images in 'texts'", none.Message, StringComparison.Ordinal);
        Assert.Contains(text, none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twenty_images_of_the_training_in_a_test_folder_are_twenty()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 8, seed: 501);
        foreach (var (i, image) in example.Dataset.Train.Take(20).Index())
            File.Copy(image.Path, Path.Combine(folder.Path, example.Dataset.Classes[image.Label], $"new name {i}.jpg"));
        var test = ImageDataset.FromFolder(folder.Path, new ImageFolderOptions { ValidationFraction = 0 }).All;
        var classifier = await example.ClassifierAsync();
        var evaluation = await classifier.EvaluateAsync(test);
        var overlap = classifier.FindOverlap(evaluation)!;
        Assert.Equal((20, 0, 24), (overlap.Trained, overlap.Tuned, overlap.Unseen));
        Assert.StartsWith("20 of 44 images were trained on and 0 used for validation", overlap.Describe(), StringComparison.Ordinal);
        var unseen = evaluation.Images.Where(image => !Path.GetFileName(image.Path).StartsWith("new", StringComparison.Ordinal)).ToList();
        Assert.Equal((double)unseen.Count(image => image.IsRight) / 24, overlap.UnseenAccuracy);
    }
}
