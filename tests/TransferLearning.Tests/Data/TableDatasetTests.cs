namespace TransferLearning.Tests.Data;

/// <summary>Tables of paths and labels, and the layouts of ImageNet.</summary>
public sealed class TableDatasetTests
{
    private static readonly ImageFolderOptions Whole = new() { ValidationFraction = 0 };

    [Theory]
    [InlineData("path,label\nimages/0000.jpg,cat\nimages/0001.jpg,cat\nimages/0002.jpg,dog\nimages/0003.jpg,dog\n")]
    [InlineData("images/0000.jpg,cat\nimages/0001.jpg,cat\nimages/0002.jpg,dog\nimages/0003.jpg,dog\n")]
    [InlineData("label\tignored\tfilename\r\ncat\t1\timages/0000.jpg\r\ncat\t1\timages/0001.jpg\r\n" +
        "dog\t2\timages/0002.jpg\r\ndog\t2\timages\\0003.jpg\r\n")]
    [InlineData("\uFEFF\"Id\";\"Breed\"\n\"images/0000\";\"cat\"\n\"images/0001\";\"cat\"\n\n" +
        "\"images/0002\";\"dog\"\n\"images/0003\";\"dog\"")]
    [InlineData("what,kind\nimages/0000,cat\nimages/0001,cat\nimages/0002,dog\nimages/0003,dog\n")]
    public void Tables_with_and_without_header_are_read(string table)
    {
        using var folder = new DatasetFolder().AddMany("images", 4);
        File.WriteAllText(folder.Full("train.csv"), table);
        var dataset = ImageDataset.FromCsv(folder.Full("train.csv"), new CsvDatasetOptions { Splits = Whole });
        Assert.Equal(("train", "cat dog"), (dataset.Name, string.Join(' ', dataset.Classes)));
        Assert.Empty(dataset.Problems);
        Assert.Equal(
            Enumerable.Range(0, 4).Select(i => new LabeledImage(folder.Full($"images/{i:0000}.jpg"), i / 2)), dataset.Train);
    }

    [Fact]
    public void Columns_folder_and_extension_can_be_set()
    {
        using var folder = new DatasetFolder().AddMany("images", 4);
        File.WriteAllText(folder.Full("t.csv"), "id,x,y\n0,0000,\"a, b\"\n1,0001,\"a, b\"\n2,0002,c\n3,0003,c\n4,0004,c\n");
        var options = new CsvDatasetOptions
        {
            ImageFolder = folder.Full("images"), PathColumn = "x", LabelColumn = "2", Extension = ".jpg", Splits = Whole,
        };
        var dataset = ImageDataset.FromCsv(folder.Full("t.csv"), options);
        Assert.Equal(["a, b", "c"], dataset.Classes);
        Assert.Equal([2, 2], dataset.Train.ClassCounts);
        Assert.Equal(folder.Full("images/0004"), Assert.Single(dataset.Problems).Path);
    }

    [Fact]
    public void A_column_can_define_the_splits_and_missing_ones_are_split_off()
    {
        using var folder = new DatasetFolder().AddMany("p", 12);
        string[] splits =
            ["train", "TRAIN", "training", "train", "Train", "train", "val", "valid", "validation", "test", "Testing", "test"];
        string rows = string.Concat(splits.Select((split, i) => $"p/{i:0000}.jpg,{(i % 2 == 0 ? "cat" : "dog")},{split}\n"));
        File.WriteAllText(folder.Full("t.csv"), "image,label,subset\n" + rows);
        var dataset = ImageDataset.FromCsv(folder.Full("t.csv"), new CsvDatasetOptions { SplitColumn = "subset" });
        Assert.Equal((6, 3, 3), (dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count));
        Assert.Equal(["0006", "0007", "0008"], dataset.Validation.Paths.Select(Path.GetFileNameWithoutExtension));

        foreach (string name in new[] { "val", "valid", "validation" })
            rows = rows.Replace($",{name}\n", ",train\n", StringComparison.Ordinal);
        File.WriteAllText(folder.Full("t.csv"), rows);
        dataset = ImageDataset.FromCsv(folder.Full("t.csv"), new CsvDatasetOptions { SplitColumn = "2" });
        Assert.Equal((7, 2, 3), (dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count));

        File.WriteAllText(folder.Full("t.csv"), rows + "p/0000.jpg,cat,holdout\n");
        var error = Assert.Throws<DatasetException>(
            () => ImageDataset.FromCsv(folder.Full("t.csv"), new CsvDatasetOptions { SplitColumn = "2" }));
        Assert.Contains("Row 13", error.Message, StringComparison.Ordinal);
        Assert.Contains("'holdout'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("filename, cat, dog\n0000.jpg,1,0\n0001.jpg,1,0\n0002.jpg,0,1\n0003.jpg,0,1\n")]
    [InlineData("image;cat;dog;owl\n0000;1.0;0.0;0.0\n0001;1.0;0.0;0.0\n0002;0.0;1.0;0.0\n0003;0.0;1.0;0.0\n")]
    public void One_column_for_each_class_is_a_label_too(string table)
    {
        using var folder = new DatasetFolder().AddMany(".", 4);
        File.WriteAllText(folder.Full("_classes.csv"), table);
        var dataset = ImageDataset.FromCsv(folder.Full("_classes.csv"), new CsvDatasetOptions { Splits = Whole });
        Assert.Equal(["cat", "dog"], dataset.Classes);
        Assert.Equal([2, 2], dataset.Train.ClassCounts);

        File.WriteAllText(folder.Full("_classes.csv"), table.Replace("0,1", "1,1", StringComparison.Ordinal)
            .Replace("0.0;1.0", "1.0;1.0", StringComparison.Ordinal));
        string message = Assert.Throws<DatasetException>(() => ImageDataset.FromCsv(folder.Full("_classes.csv"))).Message;
        Assert.Contains("2 rows", message, StringComparison.Ordinal);
        Assert.Contains("row 4 ('cat', 'dog')", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("images/cat/{0}.jpg")]
    [InlineData("{0}")]
    [InlineData("./cat/{0}.jpg")]
    [InlineData(@"C:\Users\me\set\train\cat\{0}.jpg")]
    [InlineData("/home/me/train/cat/{0}.jpg")]
    public void Paths_of_another_place_mean_the_only_file_that_agrees(string path)
    {
        using var folder = new DatasetFolder();
        string root = path.StartsWith("images", StringComparison.Ordinal) ? "images" : "images/train";
        folder.AddMany($"{root}/cat", 6);
        string[] rows = [.. Enumerable.Range(0, 6).Select(i => $"{string.Format(null, path, $"{i:D4}")},{(i < 3 ? "a" : "b")}")];
        File.WriteAllLines(folder.Full("t.csv"), ["path,label", .. rows]);
        var options = new CsvDatasetOptions { ImageFolder = folder.Full("images"), Splits = Whole };
        Assert.Equal([3, 3], ImageDataset.FromCsv(folder.Full("t.csv"), options).Train.ClassCounts);

        // Another file of the same name makes it unclear, and nothing is guessed.
        folder.Add("images/other/train/cat/0000.jpg").Add("images/other/0000.jpg").Add("images/other/images/cat/0000.jpg");
        bool isElsewhere = path[0] is 'C' or '/';
        Assert.Equal(isElsewhere ? 6 : 5, ImageDataset.FromCsv(folder.Full("t.csv"), options).All.Count);
    }

    [Theory]
    [InlineData("iso-8859-1")]
    [InlineData("utf-16")]
    [InlineData("utf-8")]
    public void Tables_of_spreadsheets_keep_their_letters(string encoding)
    {
        using var folder = new DatasetFolder().AddMany("größe", 4);
        string rows = string.Concat(Enumerable.Range(0, 4).Select(i => $"größe\\{i:0000}.jpg;{(i < 2 ? "Rüde" : "Hündin")}\r\n"));
        File.WriteAllText(folder.Full("t.csv"), "Bild;Art\r\n" + rows, System.Text.Encoding.GetEncoding(encoding));
        var dataset = ImageDataset.FromCsv(folder.Full("t.csv"), new CsvDatasetOptions { Splits = Whole });
        Assert.Equal(["Hündin", "Rüde"], dataset.Classes);
        Assert.Equal([2, 2], dataset.Train.ClassCounts);
    }

    [Fact]
    public void A_missing_file_is_not_replaced_by_one_of_the_same_name()
    {
        using var folder = new DatasetFolder().AddMany("cat", 3).Add("dog/0001.jpg").Add("dog/0002.jpg");
        File.Delete(folder.Full("cat/0001.jpg"));
        File.WriteAllText(
            folder.Full("t.csv"), "path,label\ncat/0000.jpg,cat\ncat/0001.jpg,cat\ncat/0002.jpg,cat\ndog/0001.jpg,dog\ndog/0002.jpg,dog\n");
        var dataset = ImageDataset.FromCsv(folder.Full("t.csv"), new CsvDatasetOptions { Splits = Whole });
        Assert.Equal([2, 2], dataset.Train.ClassCounts);
        Assert.Equal(folder.Full("cat/0001.jpg"), Assert.Single(dataset.Problems).Path);
    }

    [Theory]
    [InlineData("path,label\na.jpg,cat\nb.jpg,\n", "Row 3")]
    [InlineData("path,label\na.jpg\n", "Row 2")]
    [InlineData("", "empty")]
    [InlineData("path,label\na\"b.jpg,cat\n", "Row 2")]
    public void Incomplete_rows_are_named(string table, string said)
    {
        using var folder = new DatasetFolder();
        File.WriteAllText(folder.Full("t.csv"), table);
        var error = Assert.Throws<DatasetException>(() => ImageDataset.FromCsv(folder.Full("t.csv")));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Full("t.csv"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_or_table_that_is_missing_is_named()
    {
        using var folder = new DatasetFolder();
        File.WriteAllText(folder.Full("t.csv"), "path,label\na.jpg,cat\n");
        var error = Assert.Throws<DatasetException>(
            () => ImageDataset.FromCsv(folder.Full("t.csv"), new CsvDatasetOptions { LabelColumn = "species" }));
        Assert.Contains("'species'; its columns are 'path', 'label'", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "no.csv", Assert.Throws<DatasetException>(() => ImageDataset.FromCsv(folder.Full("no.csv"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tiny_imagenet_gets_validation_labels_from_its_annotations_and_names_from_its_words()
    {
        using var folder = new DatasetFolder().AddMany("train/n01/images", 3).AddMany("train/n02/images", 3).AddMany("train/n03/images", 3)
            .AddMany("val/images", 3).AddMany("test/images", 2);
        File.WriteAllText(folder.Full("train/n01/n01_boxes.txt"), "0000.jpg\t0\t0\t9\t9\n");
        File.WriteAllText(
            folder.Full("val/val_annotations.txt"), "0000.jpg\tn02\t0\t0\t9\t9\n0001.jpg\tn01\t0\t0\t9\t9\n0002.jpg\tn03\t0\t0\t9\t9\n");
        File.WriteAllText(folder.Full("words.txt"), "n00\tentity\nn01\tgoldfish, Carassius auratus\nn02\tcrane\nn03\tCrane\n");
        var dataset = ImageDataset.FromImageNet(folder.Path);
        Assert.Equal(["goldfish", "crane (n02)", "Crane (n03)"], dataset.Classes);
        Assert.Equal([3, 3, 3], dataset.Train.ClassCounts);
        Assert.Equal([1, 0, 2], dataset.Validation.Labels);
        Assert.Empty(dataset.Test);
        Assert.Empty(dataset.Problems);

        File.WriteAllText(folder.Full("val/val_annotations.txt"), "0000.jpg\tn02\n0001.jpg\tn77\n");
        Assert.Contains(
            "Line 2", Assert.Throws<DatasetException>(() => ImageDataset.FromImageNet(folder.Path)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.Full("val/val_annotations.txt"), "0000.jpg\tn02\n0001.jpg\tn01\n");
        Assert.Contains(
            "'0002.jpg'", Assert.Throws<DatasetException>(() => ImageDataset.FromImageNet(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Imagenet_with_synset_folders_in_val_is_read()
    {
        using var folder = new DatasetFolder().AddMany("train/n01", 3).AddMany("train/n02", 3).AddMany("val/n02", 2).AddMany("val/n01", 1);
        File.WriteAllText(folder.Full("LOC_synset_mapping.txt"), "n01 tench, Tinca tinca\nn02 goldfish\n");
        var dataset = ImageDataset.FromImageNet(folder.Path);
        Assert.Equal(["tench", "goldfish"], dataset.Classes);
        Assert.Equal([1, 2], dataset.Validation.ClassCounts);
        folder.Add("val/n09/x.jpg");
        Assert.Contains(
            "n09", Assert.Throws<DatasetException>(() => ImageDataset.FromImageNet(folder.Path)).Message, StringComparison.Ordinal);
    }
}
