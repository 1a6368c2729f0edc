using System.Text.Json.Nodes;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data;

/// <summary>
/// Annotations and source images that are damaged, incomplete or do not belong together: the error names the position and the remedy.
/// </summary>
public sealed class BoxDatasetFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Images => _folder.File("images");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Json_that_is_cut_off_anywhere_or_malformed_is_named_with_its_place()
    {
        string path = BoxFiles.Write(_folder.File("train.json"), BoxFiles.Coco(Images, 6));
        string text = File.ReadAllText(path);
        foreach (int length in Enumerable.Range(0, 16).Select(i => text.Length * i / 16).Append(text.Length - 1))
        {
            File.WriteAllText(path, text[..length]);
            AssertNamed(path, "line 1, byte");
        }

        File.WriteAllText(path, text.Replace("[5.25,", "[NaN,", StringComparison.Ordinal));
        AssertNamed(path, "$.annotations[0].bbox[0]");
        File.WriteAllText(path, "null");
        AssertNamed(path, "'images', 'annotations', 'categories'");
        File.WriteAllText(path, "{\"images\":[],\"annotations\":[]}");
        AssertNamed(path, "no list 'categories'");
        File.WriteAllText(path, "{\"images\":[],\"annotations\":[],\"categories\":[]}");
        AssertNamed(path, "Of 0 boxes");
        File.Delete(path);
        AssertNamed(path, "no annotation file");

        void AssertNamed(string file, string said)
        {
            var error = Assert.Throws<DatasetException>(() => ImageDataset.FromCoco(file, Images));
            Assert.Contains(file, error.Message, StringComparison.Ordinal);
            Assert.Contains(said, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("annotations", 4, "category_id", 55, "annotation 104", "category 55")]
    [InlineData("annotations", 4, "image_id", 55, "annotation 104", "image 55")]
    [InlineData("images", 1, "id", 10, "two images", "id 10")]
    [InlineData("images", 1, "file_name", null, "image 11", "no file_name")]
    [InlineData("categories", 1, "name", null, "category 9", "no name")]
    public void References_to_missing_entries_are_named(string list, int index, string property, int? value, string where, string what)
    {
        var json = BoxFiles.Coco(Images, 6);
        json[list]![index]![property] = value;
        string path = BoxFiles.Write(_folder.File("train.json"), json);
        var error = Assert.Throws<DatasetException>(() => ImageDataset.FromCoco(path, Images));
        Assert.All([path, where, what], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Invalid_boxes_and_missing_source_images_are_listed_and_left_out()
    {
        var json = BoxFiles.Coco(Images, 6);
        var annotations = json["annotations"]!.AsArray();
        annotations[0]!["bbox"] = new JsonArray(10, 10, -50, 50);
        annotations[1]!["bbox"] = new JsonArray(10, 10, 50, 0);
        annotations[2]!["bbox"] = new JsonArray(320, 10, 50, 50);
        annotations[3]!.AsObject().Remove("bbox");
        annotations[4]!["bbox"] = new JsonArray(10, 10, 50);
        annotations[5]!["bbox"] = new JsonArray(1e308, 10, 1e308, 50);
        File.Delete(Path.Combine(Images, BoxFiles.NameOf(2)));
        File.WriteAllText(Path.Combine(Images, BoxFiles.NameOf(3)), "no image");
        string path = BoxFiles.Write(_folder.File("train.json"), json);
        var dataset = ImageDataset.FromCoco(
            path, Images, new BoxDatasetOptions { Splits = new ImageFolderOptions { ValidationFraction = 0 } });
        Assert.Equal(6, dataset.Train.Count);
        Assert.Equal(
            [
                .. Enumerable.Repeat(DatasetProblemKind.InvalidBox, 6),
                DatasetProblemKind.UnreadableFile,
                DatasetProblemKind.UnsupportedFormat,
            ],
            dataset.Problems.Select(problem => problem.Kind));
        Assert.All(dataset.Problems.Take(6).Index(), problem =>
            Assert.Contains(
                FormattableString.Invariant($"annotation {100 + problem.Index} of '{path}'"),
                problem.Item.Message,
                StringComparison.Ordinal));
        Assert.Contains("320 × 140 pixels", dataset.Problems[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_impossible_file_name_is_listed_and_left_out()
    {
        var json = BoxFiles.Coco(Images, 4);
        json["images"]![3]!["file_name"] = "a\0b.png";
        string path = BoxFiles.Write(_folder.File("train.json"), json);
        var dataset = ImageDataset.FromCoco(
            path, Images, new BoxDatasetOptions { Splits = new ImageFolderOptions { ValidationFraction = 0 } });
        var problem = Assert.Single(dataset.Problems);
        Assert.Equal(DatasetProblemKind.UnreadableFile, problem.Kind);
        Assert.Contains("a\\0b.png", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void When_no_box_is_left_the_message_counts_what_each_option_left_out()
    {
        var json = BoxFiles.Coco(Images, 6);
        var annotations = json["annotations"]!.AsArray();
        annotations[0]!["iscrowd"] = 1;
        annotations[3]!["iscrowd"] = 1;
        string path = BoxFiles.Write(_folder.File("train.json"), json);
        var error = Assert.Throws<DatasetException>(() => ImageDataset.FromCoco(path, Images, new BoxDatasetOptions { MinimumSide = 97 }));
        Assert.Contains(
            "Of 18 boxes, left out are 16 smaller than MinimumSide, which is 97 pixels, 2 around groups, which IncludeGroups would " +
                "include.", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<DatasetException>(
            () => ImageDataset.FromCoco(path, Images, new BoxDatasetOptions { Classes = ["shapes", "circle"] }));
        Assert.Contains("'shapes' (0)", error.Message, StringComparison.Ordinal);
        Assert.Contains("12 of classes that are not in Classes", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<DatasetException>(
            () => ImageDataset.FromCoco(path, Images, new BoxDatasetOptions { Classes = ["circle", "wheel"] }));
        Assert.Contains("no class 'wheel'; its classes are 'shapes', 'circle'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_and_a_missing_folder_are_named()
    {
        string path = BoxFiles.Write(_folder.File("train.json"), BoxFiles.Coco(Images, 6));
        var error = Assert.Throws<ArgumentException>(
            () => ImageDataset.FromCoco(path, Images, new BoxDatasetOptions { MinimumSide = 0, Classes = [] }));
        Assert.Contains("MinimumSide is 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("Classes is empty", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() =>
            ImageDataset.FromCoco(path, Images, new BoxDatasetOptions { Splits = new ImageFolderOptions { ValidationFraction = 2 } }));
        Assert.Contains(
            "'/absent'", Assert.Throws<DatasetException>(() => ImageDataset.FromCoco(path, "/absent")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_stops_when_it_is_cancelled()
    {
        string path = BoxFiles.Write(_folder.File("train.json"), BoxFiles.Coco(Images, 6));
        Assert.ThrowsAny<OperationCanceledException>(
            () => ImageDataset.FromCoco(path, Images, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData(0, "ImageID", "Image", "no column 'ImageID'")]
    [InlineData(4, "/m/0", "/m/7", "Row 5")]
    [InlineData(4, "0.", "x.", "where a number from 0 to 1 is expected")]
    [InlineData(4, ",1,", ",\"1,", "Row ")]
    [InlineData(18, ",0,0,0,0,0", "", null)]
    [InlineData(18, ",xclick", "\n", "Row 19")]
    public void Incomplete_rows_of_open_images_are_named(int row, string from, string to, string? said)
    {
        var rows = BoxFiles.OpenImages(Images, 6);
        int at = rows[row].IndexOf(from, StringComparison.Ordinal);
        rows[row] = rows[row][..at] + to + rows[row][(at + from.Length)..];
        string boxes = BoxFiles.Write(_folder.File("boxes.csv"), rows);
        File.WriteAllText(_folder.File("names.csv"), BoxFiles.Descriptions());
        if (said is null)
        {
            Assert.Equal(18, ImageDataset.FromOpenImages(boxes, _folder.File("names.csv"), Images).All.Count);
            return;
        }

        var error = Assert.Throws<DatasetException>(() => ImageDataset.FromOpenImages(boxes, _folder.File("names.csv"), Images));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains(boxes, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_or_repeated_names_and_edges_that_are_not_numbers_are_named()
    {
        var rows = BoxFiles.OpenImages(Images, 6);
        rows.Add("0001,xclick,/m/00,1,NaN,0.5,0.1,0.5,0,0,0,0,0");
        rows.Add("0001,xclick,/m/00,1,0.9,0.5,0.1,0.5,0,0,0,0,0");
        string boxes = BoxFiles.Write(_folder.File("boxes.csv"), rows);
        string names = _folder.File("names.csv");
        File.WriteAllText(names, BoxFiles.Descriptions());
        var dataset = ImageDataset.FromOpenImages(boxes, names, Images);
        Assert.Equal(["row 20", "row 21"], dataset.Problems.Select(problem => problem.Message.Split(" of ")[1]));
        foreach (var (text, said) in new[] { ("", "is empty"), ("/m/00,a\n/m/00,b\n", "Row 2"), ("/m/00\n", "Row 1") })
        {
            File.WriteAllText(names, text);
            var error = Assert.Throws<DatasetException>(() => ImageDataset.FromOpenImages(boxes, names, Images));
            Assert.Contains(said, error.Message, StringComparison.Ordinal);
            Assert.Contains(names, error.Message, StringComparison.Ordinal);
        }
    }
}
