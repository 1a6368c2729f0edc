using System.Text.Json.Nodes;
using TransferLearning.Tests.Featurization;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data;

/// <summary>COCO and Open Images: the pixels of crops, all crops of a source image in one split, and what is left out.</summary>
public sealed class BoxDatasetTests : IDisposable
{
    private static readonly ImageFolderOptions Whole = new() { ValidationFraction = 0 };

    private readonly TemporaryFolder _folder = new();

    private string Images => _folder.File("images");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Crops_have_exactly_the_pixels_of_their_source_images(bool openImages)
    {
        var dataset = openImages ? OpenImages(6, Whole) : Coco(6, Whole);
        Assert.Equal(DrawnImages.Classes, dataset.Classes);
        Assert.Equal(6 * BoxFiles.PerImage, dataset.Train.Count);
        Assert.Empty(dataset.Problems);
        foreach (var (i, image) in dataset.Train.Index())
        {
            int source = i / BoxFiles.PerImage, left = new[] { 5, 112, 219 }[i % BoxFiles.PerImage];
            string path = Path.Combine(Images, BoxFiles.NameOf(source));
            Assert.Equal(($"{path}#{left},23,96,96", BoxFiles.LabelOf(source, i % BoxFiles.PerImage)), (image.Path, image.Label));
            using var whole = ImageDecoder.Decode(File.ReadAllBytes(path), path, ImageDecodeOptions.Default);
            using var content = image.Content!.Read(ImageDecodeOptions.Default);
            using var part = ImageDecoder.Decode(content.Bytes, path, ImageDecodeOptions.Default, box: content.Box);
            Assert.Equal((96, 96), (part.Width, part.Height));
            for (int y = 0; y < 96; y++)
                Assert.Equal(whole.Pixels.Slice(3 * (((23 + y) * whole.Width) + left), 3 * 96), part.Pixels.Slice(3 * 96 * y, 3 * 96));
        }
    }

    [Fact]
    public async Task A_classifier_on_frozen_features_learns_from_boxes_and_check_and_report_show_them()
    {
        var validation = new BoxAnnotations(
            BoxFiles.Write(_folder.File("valid.json"), BoxFiles.Coco(_folder.File("valid"), 12, seed: 1)), _folder.File("valid"));
        string json = BoxFiles.Write(_folder.File("train.json"), BoxFiles.Coco(Images, 30));
        var dataset = ImageDataset.FromCoco(json, Images, new BoxDatasetOptions { Validation = validation });
        Assert.Equal(("train", 90, 36, 0), (dataset.Name, dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count));
        using var classifier = await TransferLearner.From(Backbones.TinyResNet).FeatureExtraction().FitAsync(dataset);
        var evaluation = await classifier.EvaluateAsync(dataset.Validation);
        Assert.InRange(evaluation.Report.Accuracy, 0.9, 1);

        var check = await DatasetDoctor.CheckAsync(dataset);
        Assert.Equal((126, false), (check.Images, check.HasErrors));
        Assert.NotNull(check.Sizes);
        Assert.Equal((96, 96, 96), (check.Sizes.MinWidth, check.Sizes.MedianWidth, check.Sizes.MaxWidth));
        Assert.Equal((96, 96, 96), (check.Sizes.MinHeight, check.Sizes.MedianHeight, check.Sizes.MaxHeight));

        string page = _folder.File("report.html");
        await HtmlReport.WriteAsync(page, evaluation, classifier, new HtmlReportOptions { MaxImages = 4, Explanations = 1 });
        var shown = Reports.SpoiltReport.DataOf(await File.ReadAllTextAsync(page)).GetProperty("images").EnumerateArray().First();
        byte[] thumbnail = shown.GetProperty("thumbnail").GetBytesFromBase64();
        var info = ImageDecoder.Probe(thumbnail, "thumbnail", ImageDecodeOptions.Default);
        Assert.Equal((96, 96), (info.Width, info.Height));
        Assert.Contains("jpg#", shown.GetProperty("path").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_crops_of_a_source_image_are_in_one_split_and_in_one_fold()
    {
        // Two source images are copies: their boxes differ, but their crops must be in one split.
        var json = BoxFiles.Coco(Images, 40);
        File.Copy(Path.Combine(Images, BoxFiles.NameOf(3)), Path.Combine(Images, BoxFiles.NameOf(33)), overwrite: true);
        foreach (var annotation in json["annotations"]!.AsArray().Where(annotation => (int)annotation!["image_id"]! == 43))
            annotation!["bbox"]![0] = (double)annotation["bbox"]![0]! + 3;
        string path = BoxFiles.Write(_folder.File("train.json"), json);
        var dataset = ImageDataset.FromCoco(
            path, Images, new BoxDatasetOptions { Splits = new ImageFolderOptions { ValidationFraction = 0.2, TestFraction = 0.2 } });
        Assert.Empty(dataset.Problems);
        AssertApart(dataset.Train, dataset.Validation, dataset.Test);
        Assert.InRange(dataset.Validation.Count, 21, 27);
        Assert.InRange(dataset.Test.Count, 21, 27);
        Assert.All([dataset.Train, dataset.Validation, dataset.Test], set => Assert.DoesNotContain(0, set.ClassCounts));

        var again = dataset.Split(new ImageFolderOptions { ValidationFraction = 0.3, Seed = 5 });
        AssertApart(again.Train, again.Validation);
        foreach (var (findDuplicates, findReencoded) in new[] { (false, false), (true, false), (true, true) })
        {
            var folds = dataset.KFold(4, seed: 2, findDuplicates, findReencoded);
            Assert.All(folds, fold => Assert.InRange(fold.Validation.ClassCounts.Min(), 5, 9));
            if (findDuplicates)
                AssertApart([.. folds.Select(fold => fold.Validation)]);
        }

        void AssertApart(params LabeledImageSet[] parts)
        {
            string[][] images = [.. parts.Select(part => part.Select(SourceOf).Distinct().ToArray())];
            Assert.Equal(images.Sum(part => part.Length), images.SelectMany(part => part).Distinct().Count());
        }

        static string SourceOf(LabeledImage image) => image.Content!.SourceImage!.Replace("0033", "0003", StringComparison.Ordinal);
    }

    [Fact]
    public void A_rare_class_stays_in_train_even_if_its_source_images_have_other_classes()
    {
        var json = BoxFiles.Coco(Images, 12);
        // The last class is only on two source images, each of which also has another class.
        var annotations = json["annotations"]!.AsArray();
        for (int i = 0; i < annotations.Count; i++)
            annotations[i]!["category_id"] = i is 0 or 3 ? 9 : i is 1 or 2 ? 7 : 8;
        foreach (int seed in Enumerable.Range(0, 8))
        {
            var options =
                new BoxDatasetOptions { Splits = new ImageFolderOptions { ValidationFraction = 0.3, TestFraction = 0.3, Seed = seed } };
            var dataset = ImageDataset.FromCoco(BoxFiles.Write(_folder.File("train.json"), json), Images, options);
            Assert.DoesNotContain(0, dataset.Train.ClassCounts);
        }
    }

    [Fact]
    public async Task An_image_in_the_files_of_two_splits_is_reported()
    {
        var json = BoxFiles.Coco(Images, 4);
        string train = BoxFiles.Write(_folder.File("train.json"), json);
        foreach (var annotation in json["annotations"]!.AsArray())
            annotation!["bbox"]![0] = (double)annotation["bbox"]![0]! - 5;
        var validation = new BoxAnnotations(BoxFiles.Write(_folder.File("valid.json"), json), Images);
        var dataset = ImageDataset.FromCoco(train, Images, new BoxDatasetOptions { Validation = validation });
        Assert.Equal((12, 12), (dataset.Train.Count, dataset.Validation.Count));
        string[] images = [.. Enumerable.Range(0, 4).Select(source => Path.Combine(Images, BoxFiles.NameOf(source)))];
        Assert.Equal(
            images,
            dataset.Problems.Where(problem => problem.Kind == DatasetProblemKind.DuplicateAcrossSplits).Select(problem => problem.Path));
        var check = await DatasetDoctor.CheckAsync(dataset, new DatasetCheckOptions { FindReencoded = false });
        var found = check.Findings.Where(finding => finding.Kind == DatasetFindingKind.DuplicateAcrossSplits).ToArray();
        Assert.True(check.HasErrors);
        Assert.Equal(images, found.Select(finding => finding.Message.Split('\'')[1]));
        Assert.All(found, finding => Assert.Equal(6, finding.Files.Count));
    }

    [Fact]
    public async Task Two_crops_of_a_source_image_have_two_entries_in_the_feature_cache()
    {
        var dataset = Coco(4, Whole);
        var cache = new FeatureCache(_folder.File("cache"));
        using var extractor = new FeatureExtractor(TinyNetwork.Averages(), TinyNetwork.Preprocessing);
        ImageSource[] sources = [.. dataset.Train.Select(ImageSource.Of)];
        var first = (await extractor.ExtractAsync(sources, UndecodableImages.Throw, cache)).Features;
        Assert.Equal(12, Directory.GetFiles(cache.Folder, "*", SearchOption.AllDirectories).Length);
        for (int i = 0; i < sources.Length; i++)
        {
            var content = dataset.Train[i].Content!;
            using var alone = ImageDecoder.Decode(
                File.ReadAllBytes(content.SourceImage!), "image", ImageDecodeOptions.Default, TinyNetwork.Preprocessing, content.Box);
            float[] averages = new float[3];
            var pixels = (await extractor.ExtractAsync([ImageSource.FromPixels(alone)], UndecodableImages.Throw)).Features[0];
            pixels.CopyTo(averages);
            Assert.Equal(averages, first[i].ToArray());
        }

        // Cached features are found again, in another order and after reading the dataset again.
        var reversed = Coco(4, Whole).Train.Reverse().Select(ImageSource.Of);
        var second = (await extractor.ExtractAsync([.. reversed], UndecodableImages.Throw, cache)).Features;
        Assert.Equal(12, Directory.GetFiles(cache.Folder, "*", SearchOption.AllDirectories).Length);
        Assert.Equal(first[0].ToArray(), second[11].ToArray());
    }

    [Fact]
    public void A_repeated_box_is_one_crop_and_with_two_classes_a_conflict()
    {
        var json = BoxFiles.Coco(Images, 6);
        var annotations = json["annotations"]!.AsArray();
        annotations.Add(annotations[0]!.DeepClone());
        var other = annotations[1]!.DeepClone();
        other["category_id"] = 7 + ((BoxFiles.LabelOf(0, 1) + 1) % 3);
        annotations.Add(other);
        var dataset = ImageDataset.FromCoco(
            BoxFiles.Write(_folder.File("train.json"), json), Images, new BoxDatasetOptions { Splits = Whole });
        Assert.Equal(19, dataset.Train.Count);
        Assert.Equal(
            [DatasetProblemKind.RepeatedBox, DatasetProblemKind.ConflictingLabels], dataset.Problems.Select(problem => problem.Kind));
        Assert.Contains("annotation 100 of ", dataset.Problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Boxes_are_clipped_to_the_source_image_and_rounded_to_whole_pixels()
    {
        var json = BoxFiles.Coco(Images, 6);
        var annotations = json["annotations"]!.AsArray();
        annotations[0]!["bbox"] = new JsonArray(-20, -0.4, 60.5, 500);
        annotations[1]!["bbox"] = new JsonArray(285, 100, 35.2, 41);
        var dataset = ImageDataset.FromCoco(
            BoxFiles.Write(_folder.File("train.json"), json), Images, new BoxDatasetOptions { Splits = Whole });
        Assert.Equal(["0,0,41,140", "285,100,35,40"], dataset.Train.Take(2).Select(image => image.Path.Split('#')[1]));
    }

    [Fact]
    public void An_image_that_does_not_have_the_size_of_its_annotations_is_an_error_when_it_is_used()
    {
        var json = BoxFiles.Coco(Images, 6);
        json["images"]![0]!["width"] = 640;
        var dataset = ImageDataset.FromCoco(
            BoxFiles.Write(_folder.File("train.json"), json), Images, new BoxDatasetOptions { Splits = Whole });
        var preprocessor = new ImagePreprocessor(TinyNetwork.Preprocessing);
        using var content = ImageSource.Of(dataset.Train[0]).Read(ImageDecodeOptions.Default);
        var error = Assert.Throws<ImageDecodeException>(
            () => content.Load(preprocessor, new float[preprocessor.TensorLength], dataset.Train[0].Path));
        Assert.Contains("320 × 140 pixels, but its box was drawn on 640 × 140", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_size_in_the_annotations_the_header_of_the_source_image_is_read()
    {
        var json = BoxFiles.Coco(Images, 6);
        foreach (var image in json["images"]!.AsArray())
            Assert.True(image!.AsObject().Remove("width") && image.AsObject().Remove("height"));
        var dataset = ImageDataset.FromCoco(
            BoxFiles.Write(_folder.File("train.json"), json), Images, new BoxDatasetOptions { Splits = Whole });
        Assert.Equal(new ImageBox(5, 23, 96, 96, BoxFiles.Width, BoxFiles.Height), dataset.Train[0].Content!.Box);
    }

    [Fact]
    public void Classes_are_in_the_requested_order()
    {
        string json = BoxFiles.Write(_folder.File("train.json"), BoxFiles.Coco(Images, 6));
        var dataset = ImageDataset.FromCoco(json, Images, new BoxDatasetOptions { Splits = Whole, Classes = ["square", "circle"] });
        Assert.Equal(["square", "circle"], dataset.Classes);
        Assert.Equal(12, dataset.Train.Count);
        Assert.Equal(1 - BoxFiles.LabelOf(0, 0), dataset.Train[0].Label);
    }

    [Fact]
    public void Boxes_of_open_images_are_left_out_by_options()
    {
        var rows = BoxFiles.OpenImages(Images, 6);
        string[] traits = ["1,0,0,0,0", "0,1,0,0,0", "0,0,1,0,0", "0,0,0,1,0", "-1,-1,-1,-1,-1"];
        rows.AddRange(traits.Select((trait, i) => BoxFiles.OpenImagesRow(i, 0, 10 + i, 10, 60, 60, trait)));
        string boxes = BoxFiles.Write(_folder.File("boxes.csv"), rows);
        string names = _folder.File("names.csv");
        File.WriteAllText(names, BoxFiles.Descriptions(header: true));
        Assert.Equal(18 + 4, Count(new BoxDatasetOptions()));
        Assert.Equal(18 + 5, Count(new BoxDatasetOptions { IncludeGroups = true }));
        Assert.Equal(18 + 3, Count(new BoxDatasetOptions { IncludeOccluded = false }));
        Assert.Equal(18 + 1, Count(new BoxDatasetOptions { IncludeOccluded = false, IncludeTruncated = false, IncludeDepictions = false }));
        Assert.Equal(18, Count(new BoxDatasetOptions { MinimumSide = 61 }));

        int Count(BoxDatasetOptions options) =>
            ImageDataset.FromOpenImages(boxes, names, Images, options with { Splits = Whole }).Train.Count;
    }

    private ImageDataset Coco(int images, ImageFolderOptions splits) => ImageDataset.FromCoco(
        BoxFiles.Write(_folder.File("train.json"), BoxFiles.Coco(Images, images)), Images, new BoxDatasetOptions { Splits = splits });

    private ImageDataset OpenImages(int images, ImageFolderOptions splits)
    {
        File.WriteAllText(_folder.File("names.csv"), BoxFiles.Descriptions());
        string boxes = BoxFiles.Write(_folder.File("boxes.csv"), BoxFiles.OpenImages(Images, images));
        return ImageDataset.FromOpenImages(boxes, _folder.File("names.csv"), Images, new BoxDatasetOptions { Splits = splits });
    }
}
