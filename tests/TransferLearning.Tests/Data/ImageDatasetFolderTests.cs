using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data;

public sealed class ImageDatasetFolderTests
{
    [Theory]
    [InlineData("valid")]
    [InlineData("validation")]
    [InlineData("val")]
    [InlineData("VALID")]
    public void Split_folders_become_splits(string validation)
    {
        using var folder = new DatasetFolder().AddMany("train/dog", 4).AddMany("train/cat", 3).AddMany($"{validation}/cat", 2)
            .AddMany($"{validation}/dog", 1).AddMany("test/dog", 5).AddMany("test/cat", 1);
        var dataset = folder.Read();
        Assert.Equal(["cat", "dog"], dataset.Classes);
        Assert.Equal([3, 4], dataset.Train.ClassCounts);
        Assert.Equal([2, 1], dataset.Validation.ClassCounts);
        Assert.Equal([1, 5], dataset.Test.ClassCounts);
        Assert.Equal(16, dataset.All.Count);
        Assert.Empty(dataset.Problems);
        Assert.Equal(folder.Full("train/cat/0000.jpg"), dataset.Train[0].Path);
        Assert.Equal(dataset.Train.Select(image => image.Label), dataset.Train.Labels.ToArray());
        Assert.Equal(dataset.Train.Select(image => image.Path), dataset.Train.Paths);
    }

    [Fact]
    public void One_folder_of_class_folders_is_split_in_the_same_proportion_for_every_class()
    {
        using var folder = new DatasetFolder().AddMany("cat", 50).AddMany("dog", 20);
        var dataset = folder.Read(new ImageFolderOptions { ValidationFraction = 0.2, TestFraction = 0.1 });
        Assert.Equal([10, 4], dataset.Validation.ClassCounts);
        Assert.Equal([5, 2], dataset.Test.ClassCounts);
        Assert.Equal([35, 14], dataset.Train.ClassCounts);
        Assert.Equal(70, dataset.All.Paths.Distinct().Count());
    }

    [Fact]
    public void A_missing_validation_folder_is_taken_from_train_and_a_test_folder_stays_as_it_is()
    {
        using var folder = new DatasetFolder().AddMany("train/cat", 10).AddMany("train/dog", 10).AddMany("test/cat", 3);
        var dataset = folder.Read();
        Assert.Equal([8, 8], dataset.Train.ClassCounts);
        Assert.Equal([2, 2], dataset.Validation.ClassCounts);
        Assert.Equal([3, 0], dataset.Test.ClassCounts);
        Assert.Equal(DatasetProblemKind.MissingFromSplit, Assert.Single(dataset.Problems).Kind);
        Assert.Contains("'dog'", dataset.Problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_validation_fraction_of_zero_leaves_validation_empty()
    {
        using var folder = new DatasetFolder().AddMany("cat", 3).AddMany("dog", 3);
        var dataset = folder.Read(new ImageFolderOptions { ValidationFraction = 0 });
        Assert.Equal(6, dataset.Train.Count);
        Assert.Empty(dataset.Validation);
        Assert.Empty(dataset.Test);
    }

    [Fact]
    public void Images_in_folders_inside_a_class_folder_belong_to_the_class()
    {
        using var folder = new DatasetFolder().AddMany("cat/2024/may", 2).AddMany("dog", 2);
        var dataset = folder.Read(new ImageFolderOptions { ValidationFraction = 0 });
        Assert.Equal([2, 2], dataset.Train.ClassCounts);
    }

    [Fact]
    public void A_folder_named_train_without_class_folders_is_a_class_beside_others()
    {
        using var folder = new DatasetFolder().AddMany("train", 2).AddMany("bus", 2).AddMany("car", 2);
        Assert.Equal(["bus", "car", "train"], folder.Read().Classes);
    }

    [Fact]
    public void A_real_dataset_is_read()
    {
        var dataset = ImageDataset.FromFolder(TestData.Require("datasets/dogs_vs_cats"));
        Assert.Equal("dogs_vs_cats", dataset.Name);
        Assert.Equal(["cat", "dog"], dataset.Classes);
        Assert.Equal((202, 103), (dataset.Train.Count, dataset.Validation.Count));
    }

    [Fact]
    public void A_relative_path_with_a_trailing_separator_gives_full_paths_and_a_name()
    {
        using var folder = new DatasetFolder().AddMany("pets/cat", 2).AddMany("pets/dog", 2);
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, folder.Full("pets")) + Path.DirectorySeparatorChar;
        var dataset = ImageDataset.FromFolder(relative);
        Assert.Equal("pets", dataset.Name);
        Assert.All(dataset.All, image => Assert.True(Path.IsPathFullyQualified(image.Path)));
    }

    [Fact]
    public void Fewer_classes_in_a_split_are_reported_and_unknown_ones_refused_with_both_lists()
    {
        using var folder = new DatasetFolder().AddMany("train/cat", 2).AddMany("train/dog", 2).AddMany("valid/cat", 1)
            .AddMany("valid/fish", 1);
        var error = Assert.Throws<DatasetException>(() => folder.Read());
        Assert.Contains("'fish'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'cat', 'dog'", error.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Full("valid"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_class_folders_are_refused()
    {
        using var empty = new DatasetFolder();
        Assert.Contains(empty.Path, Assert.Throws<DatasetException>(() => empty.Read()).Message, StringComparison.Ordinal);
        using var loose = new DatasetFolder().Add("a.jpg").Add("b.jpg");
        Assert.Contains("no class folders", Assert.Throws<DatasetException>(() => loose.Read()).Message, StringComparison.Ordinal);
        using var flatTrain = new DatasetFolder().AddMany("train", 3).AddMany("valid", 3);
        Assert.Contains(flatTrain.Full("train"), Assert.Throws<DatasetException>(() => flatTrain.Read()).Message, StringComparison.Ordinal);
        using var noTrain = new DatasetFolder().AddMany("valid/cat", 3).AddMany("test/cat", 3);
        Assert.Contains("no 'train' folder", Assert.Throws<DatasetException>(() => noTrain.Read()).Message, StringComparison.Ordinal);
        Assert.Throws<DatasetException>(() => ImageDataset.FromFolder(empty.Full("absent")));
        Assert.Contains(
            "is a file",
            Assert.Throws<DatasetException>(() => ImageDataset.FromFolder(loose.Full("a.jpg"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Two_folders_for_one_split_are_refused()
    {
        using var folder = new DatasetFolder().AddMany("train/cat", 2).AddMany("train/dog", 2).AddMany("valid/cat", 1)
            .AddMany("val/cat", 1);
        string message = Assert.Throws<DatasetException>(() => folder.Read()).Message;
        Assert.Contains("'val', 'valid'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_class_is_refused_by_name()
    {
        using var folder = new DatasetFolder().AddMany("cat", 5);
        Assert.Contains("'cat'", Assert.Throws<DatasetException>(() => folder.Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_image_of_one_class_is_enough_to_evaluate()
    {
        using var folder = new DatasetFolder().Add("cat/one.jpg");
        var evaluated = folder.Read(new ImageFolderOptions { ValidationFraction = 0, ForTraining = false });
        Assert.Equal((1, "cat"), (evaluated.All.Count, Assert.Single(evaluated.Classes)));
        using var empty = new DatasetFolder();
        Directory.CreateDirectory(empty.Full("cat"));
        Assert.Throws<DatasetException>(() => empty.Read(new ImageFolderOptions { ValidationFraction = 0, ForTraining = false }));
    }

    [Fact]
    public void Classes_with_one_image_are_all_named_and_a_folder_without_images_is_no_class()
    {
        using var folder = new DatasetFolder().AddMany("cat", 5).AddMany("cod", 1).AddMany("dog", 1).AddMany("fish", 2);
        Directory.CreateDirectory(folder.Full("empty"));
        string message = Assert.Throws<DatasetException>(() => folder.Read()).Message;
        Assert.Contains("'cod' (1), 'dog' (1)", message, StringComparison.Ordinal);
        Assert.DoesNotContain("'fish'", message, StringComparison.Ordinal);
        Assert.DoesNotContain("'empty'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_whose_images_were_all_left_out_is_refused_with_the_reason()
    {
        using var folder = new DatasetFolder().AddMany("cat", 5).Add("dog/a.jpg", "hello"u8.ToArray())
            .Add("dog/b.jpg", "hello"u8.ToArray());
        var error = Assert.Throws<DatasetException>(() => folder.Read());
        Assert.Contains("'dog' (0)", error.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Full("dog/a.jpg"), error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.Problems.Count);
    }

    [Fact]
    public void A_split_folder_without_labels_is_left_out_with_a_report_and_one_without_decodable_images_is_refused()
    {
        using var folder = new DatasetFolder().AddMany("train/cat", 4).AddMany("train/dog", 4).AddMany("test", 3);
        var problem = Assert.Single(folder.Read().Problems);
        Assert.Equal((DatasetProblemKind.IgnoredFolder, folder.Full("test")), (problem.Kind, problem.Path));
        folder.Add("valid/cat/a.jpg", "text"u8.ToArray()).Add("valid/dog/b.jpg", "text"u8.ToArray());
        Assert.Contains(folder.Full("valid"), Assert.Throws<DatasetException>(() => folder.Read()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Cat", "cat", "case")]
    [InlineData("caf\u00e9", "cafe\u0301", "Unicode normalization")]
    [InlineData("İ", "I\u0307", "Unicode normalization")]
    public void Class_names_that_differ_only_in_case_or_unicode_normalization_are_refused(string first, string second, string difference)
    {
        using var folder = new DatasetFolder().AddMany(first, 2).AddMany(second, 2);
        Assert.SkipUnless(Directory.GetDirectories(folder.Path).Length == 2, "the file system holds these names as one");
        string message = Assert.Throws<DatasetException>(() => folder.Read()).Message;
        Assert.Contains(difference, message, StringComparison.Ordinal);
        Assert.Contains($"'{first}'", message, StringComparison.Ordinal);
        Assert.Contains($"'{second}'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_name_of_another_case_in_another_split_is_refused_too()
    {
        using var folder = new DatasetFolder().AddMany("train/cat", 2).AddMany("train/dog", 2).AddMany("valid/Cat", 1);
        Assert.Contains("differ only in case", Assert.Throws<DatasetException>(() => folder.Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_all_listed()
    {
        using var folder = new DatasetFolder();
        var error = Assert.Throws<ArgumentException>(
            () => folder.Read(new ImageFolderOptions { ValidationFraction = double.NaN, TestFraction = 1 }));
        Assert.Contains("ValidationFraction is NaN", error.Message, StringComparison.Ordinal);
        Assert.Contains("TestFraction is 1", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => folder.Read(new ImageFolderOptions { ValidationFraction = 0.5, TestFraction = 0.5 }));
    }

    [Fact]
    public void Cancellation_stops_the_listing()
    {
        using var folder = new DatasetFolder().AddMany("cat", 5).AddMany("dog", 5);
        Assert.ThrowsAny<OperationCanceledException>(
            () => ImageDataset.FromFolder(folder.Path, null, new CancellationToken(canceled: true)));
    }
}
