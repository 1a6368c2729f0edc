using System.Globalization;

namespace TransferLearning.Tests.Data;

/// <summary>
/// The tables that people have (docs/field.md). The tables have 12 rows for <c>images/0000.jpg</c> and so on; in a row, {i} is the number
/// with four digits, {n} without, {c} is cat or dog in turn, {k} its number, {s} a split, {t} and {f} are True and False in turn.
/// </summary>
public sealed class FieldTableTests
{
    private static readonly string[] Animals = ["cat", "dog"];

    [Theory]
    // Names of columns that people and tools use, in any order.
    [InlineData("class id,filepaths,labels,data set", "{k},images/{i}.jpg,{c},{s}", "'filepaths' is the path, 'labels' is the class.")]
    [InlineData("Image Index,Finding Labels", "{i}.jpg,{c}", "'Image Index' is the path, 'Finding Labels' is the class.")]
    [InlineData("label,class_name,imageFile", "{k},{c},{i}.jpg", "'imageFile' is the path, 'class_name' is the class.")]
    // Names that nobody can know: paths are those of files, a class recurs.
    [InlineData(",img_file,animal", "{n},{i}.jpg,{c}", "'img_file' is the path, 'animal' is the class.")]
    [InlineData("kind;picture", "{c};images/{i}.jpg", "'picture' is the path, 'kind' is the class.")]
    [InlineData("number\tweight\tcode\tanimal", "{n}\t{n}.5\t{i}\t{c}", "'code' is the path, 'animal' is the class.")]
    [InlineData(null, "{c},images\\{i}.jpg", "column 1 is the path, column 0 is the class.")]
    [InlineData(null, "{n}|{i}.jpg|{c}", "column 1 is the path, column 2 is the class.")]
    [InlineData(null, "images/{i}.jpg {c}", "column 0 is the path, column 1 is the class.")]
    // Columns of yes and no for each class.
    [InlineData("image,cat,dog", "{i},{t},{f}", "'image' is the path, 'cat', 'dog' are the classes.")]
    [InlineData("filename, cat, dog, owl", "{i}.jpg,{t},{f},False", "'filename' is the path, 'cat', 'dog', 'owl' are the classes.")]
    [InlineData(",file,dog,cat", "{n},{i}.JPG,{f},{t}", "'file' is the path, 'dog', 'cat' are the classes.")]
    // Several columns that could be the class.
    [InlineData(
        "image,category,size,breed", "{i},{c},{n},pug", "'category' is the class. 'breed' could be the class too; set LabelColumn.")]
    // Lines above the table, and letters of another case.
    [InlineData("sep=;\r\npath;label", "images/{i}.jpg;{c}", "'path' is the path, 'label' is the class.")]
    [InlineData("# made by hand\n\npath,label", "IMAGES/{i}.JPG,{c}", "'path' is the path, 'label' is the class.")]
    public void Columns_are_found_by_their_names_and_content(string? header, string row, string meaning)
    {
        using var folder = new DatasetFolder().AddMany("images", 12);
        string table = Write(folder, header, row);
        var dataset = ImageDataset.FromCsv(table, new CsvDatasetOptions { Splits = new ImageFolderOptions { ValidationFraction = 0 } });
        Assert.Equal(["cat", "dog"], dataset.Classes);
        Assert.Equal([6, 6], dataset.All.CountBy(image => image.Label).OrderBy(pair => pair.Key).Select(pair => pair.Value));
        Assert.Equal(12, dataset.All.Select(image => image.Path).Distinct().Count());
        Assert.StartsWith("Table: 't.csv'; ", dataset.Layout!.Lines[0], StringComparison.Ordinal);
        Assert.Contains(meaning, dataset.Layout.Lines[0], StringComparison.Ordinal);
        Assert.Equal("Classes: 2 ('cat', 'dog').", dataset.Layout.Lines[2]);
        bool isSplit = row.Contains("{s}", StringComparison.Ordinal);
        Assert.Equal(isSplit ? (6, 4, 2) : (12, 0, 0), (dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count));
    }

    [Theory]
    [InlineData("path,label,split", "images/{i}.jpg,{c},{s}", "Splits: 'split' has train, validation, test.")]
    [InlineData("a;b;c", "{s};{c};{i}.jpg", "Splits: 'a' has train, validation, test.")]
    [InlineData(null, "{i}.jpg,{s},{c}", "Splits: column 1 has train, validation, test.")]
    [InlineData("path,label", "{i},{c}", "Splits: no column of splits; validation is taken from all images.")]
    [InlineData("path,label,from", "{i},{c},train", "Splits: no column of splits; validation is taken from all images.")]
    public async Task A_column_of_splits_is_respected_and_the_check_says_the_same(string? header, string row, string line)
    {
        using var folder = new DatasetFolder().AddMany("images", 12);
        var dataset = ImageDataset.FromCsv(Write(folder, header, row));
        Assert.Equal(line, dataset.Layout!.Lines[1]);
        var report = await DatasetDoctor.CheckAsync(dataset, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(dataset.Layout.Lines, report.Layout!.Lines);
        if (row.Contains("{s}", StringComparison.Ordinal))
            Assert.Equal((6, 4, 2), (dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count));
    }

    [Theory]
    [InlineData("filename,class,xmin", "{i}.jpg,{c},1\n{i}.jpg,{c},40", DatasetProblemKind.RepeatedImage, "12 rows", 12)]
    [InlineData("path,label", "{i},{c}\n{i},{c}\n{i},{c}", DatasetProblemKind.RepeatedImage, "24 rows", 12)]
    [InlineData("path,label", "{i},{c}\n0001,cat|dog", DatasetProblemKind.SeveralLabels, "1 images", 13)]
    [InlineData("image_id,labels", "{i},{c}\n{i},cat dog", DatasetProblemKind.SeveralLabels, "'cat dog' are classes beside", 24)]
    [InlineData("image_id,labels", "{i},{c}\n{i},\"dog, cat\"", DatasetProblemKind.SeveralLabels, "'dog, cat' are classes beside", 24)]
    public void Repeated_rows_count_once_and_combined_labels_are_named(
        string header, string row, DatasetProblemKind kind, string said, int images)
    {
        using var folder = new DatasetFolder().AddMany("images", 12);
        var dataset = ImageDataset.FromCsv(
            Write(folder, header, row),
            new CsvDatasetOptions { Splits = new ImageFolderOptions { ValidationFraction = 0, ForTraining = false } });
        Assert.Contains(dataset.Problems, problem => problem.Kind == kind && problem.Message.Contains(said, StringComparison.Ordinal));
        Assert.Equal(images, dataset.All.Count);
    }

    [Theory]
    [InlineData("PK\x03\x04", "is a spreadsheet")]
    [InlineData("PAR1", "is a Parquet file")]
    [InlineData("{\"0000.jpg\": \"cat\"}", "is JSON")]
    [InlineData("path\nimages/0000.jpg\n", "has only one column")]
    [InlineData("path,label\n0000,\n0001,cat\n0002,\n", "2 rows of")]
    public void What_is_no_table_is_said(string content, string said)
    {
        using var folder = new DatasetFolder().AddMany("images", 4);
        File.WriteAllText(folder.Full("t.csv"), content);
        string message = Assert.Throws<DatasetException>(() => ImageDataset.FromCsv(folder.Full("t.csv"))).Message;
        Assert.Contains(said, message, StringComparison.Ordinal);
    }

    private static string Write(DatasetFolder folder, string? header, string row)
    {
        string[] splits = ["train", "train", "train", "val", "val", "test"];
        var rows = Enumerable.Range(0, 12).Select(i => row
            .Replace("{i}", i.ToString("D4", CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{n}", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{k}", (i % 2).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{c}", Animals[i % 2], StringComparison.Ordinal).Replace("{s}", splits[i / 2], StringComparison.Ordinal)
            .Replace("{t}", i % 2 == 0 ? "True" : "False", StringComparison.Ordinal)
            .Replace("{f}", i % 2 == 0 ? "False" : "True", StringComparison.Ordinal));
        File.WriteAllText(folder.Full("t.csv"), string.Join('\n', header is null ? rows : rows.Prepend(header)));
        return folder.Full("t.csv");
    }
}
