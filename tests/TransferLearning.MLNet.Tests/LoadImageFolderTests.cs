using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using TransferLearning.MLNet;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.MLNet;

/// <summary>Class folders as a lazy view.</summary>
public sealed class LoadImageFolderTests(DrawnExample example)
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Rows_are_the_images_of_the_class_folders_in_ordinal_order()
    {
        var view = _ml.TransferLearning.LoadImageFolder(example.Images);
        Assert.Equal(["ImagePath", "Label"], view.Schema.Select(column => column.Name));
        Assert.All(view.Schema, column => Assert.Equal(TextDataViewType.Instance, column.Type));
        string[] paths = [.. view.GetColumn<string>("ImagePath")];
        Assert.Equal(ImageFiles.Find(example.Images).Order(StringComparer.Ordinal), paths.Order(StringComparer.Ordinal));
        Assert.Equal(paths.Select(path => Path.GetFileName(Path.GetDirectoryName(path)!)), view.GetColumn<string>("Label"));
        Assert.Equal(DrawnImages.Classes, view.GetColumn<string>("Label").Distinct());
    }

    [Fact]
    public void Groups_are_never_divided_by_a_split_or_by_folds_and_a_divided_one_is_refused()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 12, seed: 4);
        foreach (string file in Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            int number = int.Parse(string.Concat(Path.GetFileName(file).Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture);
            File.Move(file, Path.Combine(Path.GetDirectoryName(file)!, $"film{number % 4}_{number:000}.jpg"));
        }

        var rows = _ml.TransferLearning.LoadImageFolder(folder.Path, "^film[0-9]+");
        Assert.Equal(["film0", "film1", "film2", "film3"], rows.GetColumn<string>("Group").Distinct().Order());
        var split = _ml.Data.TrainTestSplit(rows, 0.3, samplingKeyColumnName: "Group");
        Assert.Empty(split.TrainSet.GetColumn<string>("Group").Intersect(split.TestSet.GetColumn<string>("Group")));
        foreach (var fold in _ml.Data.CrossValidationSplit(rows, 3, samplingKeyColumnName: "Group"))
            Assert.Empty(fold.TrainSet.GetColumn<string>("Group").Intersect(fold.TestSet.GetColumn<string>("Group")));

        var leaking = _ml.Data.TrainTestSplit(rows, 0.5);
        var options = new ImageClassificationOptions { ValidationSet = leaking.TestSet, GroupColumnName = "Group" };
        var error = Assert.Throws<DatasetException>(() => _ml.TransferLearning.ImageClassification(options).Fit(leaking.TrainSet));
        Assert.Contains("samplingKeyColumnName: \"Group\"", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _ml.TransferLearning.LoadImageFolder(folder.Path, "("));
    }

    [Fact]
    public void Every_cursor_lists_the_folder_anew()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 1, seed: 1);
        var view = _ml.TransferLearning.LoadImageFolder(folder.Path);
        Assert.Equal(3, view.GetColumn<string>("Label").Count());
        File.WriteAllText(Path.Combine(folder.File("circle"), "notes.txt"), "no image");
        File.WriteAllBytes(Path.Combine(folder.File("circle"), "new.jpg"), DrawnImages.Encode(0, 9));
        Assert.Equal(4, view.GetColumn<string>("Label").Count());
    }

    [Fact]
    public void Folders_that_are_no_class_folders_are_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<DatasetException>(() => _ml.TransferLearning.LoadImageFolder(folder.File("missing")));
        Assert.Throws<DatasetException>(() => _ml.TransferLearning.LoadImageFolder(folder.Path));
        DrawnImages.Draw(folder.File("train"), perClass: 1, seed: 1);
        DrawnImages.Draw(folder.File("valid"), perClass: 1, seed: 2);
        var error = Assert.Throws<DatasetException>(() => _ml.TransferLearning.LoadImageFolder(folder.Path));
        Assert.Contains(folder.File("train"), error.Message, StringComparison.Ordinal);
        Assert.Equal(3, _ml.TransferLearning.LoadImageFolder(folder.File("train")).GetColumn<string>("Label").Count());
    }

    /// <summary>
    /// What the ImageClassification trainer of Microsoft.ML.Vision wants, according to its documentation: the content of the files as a
    /// vector of bytes of no fixed length, and a key.
    /// </summary>
    [Fact]
    public void The_columns_become_what_the_trainer_of_ML_Vision_expects()
    {
        var rows = _ml.TransferLearning.LoadImageFolder(example.Images);
        var view = _ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(_ml.Transforms.LoadRawImageBytes("Image", imageFolder: null, "ImagePath"))
            .Fit(rows).Transform(rows);
        var image = Assert.IsType<VectorDataViewType>(view.Schema["Image"].Type);
        Assert.Equal(NumberDataViewType.Byte, image.ItemType);
        Assert.False(image.IsKnownSize);
        var label = Assert.IsType<KeyDataViewType>(view.Schema["Label"].Type);
        Assert.Equal((typeof(uint), 3ul), (label.RawType, label.Count));
        using var featurizer = _ml.TransferLearning.FeaturizeImages("Features", "Image").Fit(view);
        Assert.Equal(72, ImageRows.Vectors(featurizer.Transform(view), "Features").Length);
    }
}
