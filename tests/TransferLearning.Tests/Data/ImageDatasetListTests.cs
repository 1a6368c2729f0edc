namespace TransferLearning.Tests.Data;

public sealed class ImageDatasetListTests
{
    [Fact]
    public void A_list_of_files_and_labels_is_split_with_sorted_classes()
    {
        using var folder = new DatasetFolder().AddMany("all", 40);
        var images = Enumerable.Range(0, 40).Select(i => (folder.Full($"all/{i:D4}.jpg"), i % 2 == 0 ? "even" : "Odd"));
        var dataset = ImageDataset.FromFiles(images, new ImageFolderOptions { TestFraction = 0.1 }, "numbers");
        Assert.Equal("numbers: 2 classes, 28 train, 8 validation, 4 test images", dataset.ToString());
        Assert.Equal(["Odd", "even"], dataset.Classes);
        Assert.All(
            dataset.All,
            image => Assert.Equal(int.Parse(Path.GetFileNameWithoutExtension(image.Path), null) % 2 == 0 ? 1 : 0, image.Label));
    }

    [Fact]
    public void Missing_files_and_files_that_are_not_images_are_listed()
    {
        using var folder = new DatasetFolder().AddMany("all", 8).Add("all/text.jpg", "text"u8.ToArray());
        var images = Enumerable.Range(0, 8).Select(i => (folder.Full($"all/{i:D4}.jpg"), i < 4 ? "a" : "b"))
            .Append((folder.Full("absent.jpg"), "a")).Append(("no\0name.jpg", "a")).Append((folder.Full("all/text.jpg"), "b"));
        var dataset = ImageDataset.FromFiles(images);
        Assert.Equal(8, dataset.All.Count);
        Assert.Equal(
            [DatasetProblemKind.UnreadableFile, DatasetProblemKind.UnreadableFile, DatasetProblemKind.UnsupportedFormat],
            dataset.Problems.Select(problem => problem.Kind));
        Assert.Equal("'no\\0name.jpg' does not exist or cannot be read; it is left out.", dataset.Problems[1].Message);
    }

    [Fact]
    public void Lists_are_checked_like_folders()
    {
        using var folder = new DatasetFolder().AddMany("all", 4);
        string[] paths = [.. Enumerable.Range(0, 4).Select(i => folder.Full($"all/{i:D4}.jpg"))];
        Assert.Contains(
            "'a'",
            Assert.Throws<DatasetException>(() => ImageDataset.FromFiles(paths.Select(path => (path, "a")))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "'b' (1)",
            Assert.Throws<DatasetException>(() => ImageDataset.FromFiles(paths.Select((path, i) => (path, i < 3 ? "a" : "b")))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "case",
            Assert.Throws<DatasetException>(() => ImageDataset.FromFiles(paths.Select((path, i) => (path, i < 2 ? "a" : "A")))).Message,
            StringComparison.Ordinal);
        Assert.Throws<DatasetException>(() => ImageDataset.FromFiles([]));
        Assert.Throws<ArgumentException>(() => ImageDataset.FromFiles([("x.jpg", "")]));
    }

    [Fact]
    public void Sets_that_are_split_already_make_a_dataset_when_their_classes_agree()
    {
        var train = new LabeledImageSet("train", ["a", "b"], [new LabeledImage("1.jpg", 0), new LabeledImage("2.jpg", 1)]);
        var dataset = new ImageDataset("own", train, new LabeledImageSet("valid", ["a", "b"], [new LabeledImage("3.jpg", 1)]));
        Assert.Equal((2, 1, 0), (dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count));
        var error = Assert.Throws<DatasetException>(() => new ImageDataset("own", train, new LabeledImageSet("valid", ["b", "a"], [])));
        Assert.Contains("'b', 'a'", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LabeledImageSet("x", ["a"], [new LabeledImage("1.jpg", 1)]));
    }
}
