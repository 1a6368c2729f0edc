using System.Globalization;
using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data;

public sealed class ImageDatasetSplitTests
{
    [Fact]
    public void The_same_seed_gives_the_same_split_everywhere_and_another_seed_another_one()
    {
        using var folder = new DatasetFolder().AddMany("cat", 40).AddMany("dog", 40);
        using var copy = new DatasetFolder().AddMany("dog", 40).AddMany("cat", 40);
        string[] first = Names(folder.Read());
        Assert.Equal(first, Names(copy.Read()));
        Assert.NotEqual(first, Names(folder.Read(new ImageFolderOptions { Seed = 1 })));
        // Results depend on the split: these names must never change for seed 0.
        Assert.Equal(["cat/0000.jpg", "cat/0018.jpg", "cat/0023.jpg"], first[..3]);

        string[] Names(ImageDataset dataset) =>
            [.. dataset.Validation.Paths.Select(path => path.Replace('\\', '/')).Select(path => string.Join('/', path.Split('/')[^2..]))];
    }

    [Fact]
    public void An_image_that_is_added_later_moves_few_others()
    {
        using var folder = new DatasetFolder().AddMany("cat", 100).AddMany("dog", 100);
        var before = folder.Read().Validation.Paths.ToHashSet();
        folder.Add("cat/new.jpg");
        Assert.InRange(folder.Read().Validation.Paths.Count(path => !before.Contains(path)), 0, 1);
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    [InlineData("sv-SE")]
    public void Order_and_split_do_not_depend_on_the_culture(string culture)
    {
        string[] classes = ["I", "ä", "z", "i2", "Ünder", "ß"];
        using var folder = new DatasetFolder();
        foreach (string name in classes)
            folder.AddMany(name, 6);
        string[] expected = Read(CultureInfo.InvariantCulture);
        Assert.Equal(expected, Read(CultureInfo.GetCultureInfo(culture)));

        string[] Read(CultureInfo info)
        {
            var (current, ui) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
            try
            {
                (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (info, info);
                var dataset = folder.Read(new ImageFolderOptions { TestFraction = 0.2 });
                Assert.Equal(classes.Order(StringComparer.Ordinal), dataset.Classes);
                return [.. dataset.Classes, .. dataset.All.Paths, dataset.ToString()];
            }
            finally
            {
                (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (current, ui);
            }
        }
    }

    [Fact]
    public void Duplicates_stay_together_when_a_folder_is_split()
    {
        using var folder = new DatasetFolder();
        byte[] large = [.. DatasetFolder.Image("large"), .. new byte[10_000]];
        for (int i = 0; i < 30; i++)
        {
            // Every image three times with other names, some of them longer than the part that is compared first.
            byte[] content = i % 2 == 0 ? DatasetFolder.Image($"content {i:D2}") : [.. large, (byte)i];
            for (int copy = 0; copy < 3; copy++)
                folder.Add($"{(i < 15 ? "cat" : "dog")}/{copy}-{i}.jpg", content);
        }

        var dataset = folder.Read(new ImageFolderOptions { ValidationFraction = 0.25, TestFraction = 0.25 });
        Assert.Empty(dataset.Problems);
        var parts = new[] { dataset.Train, dataset.Validation, dataset.Test }.Select(
            set => set.Paths.Select(path => Path.GetFileName(path).Split('-')[1]).ToHashSet()).ToList();
        Assert.Equal(30, parts.Sum(part => part.Count));
        Assert.InRange(dataset.Validation.Count, 18, 24);
        Assert.InRange(dataset.Test.Count, 18, 24);
    }

    [Fact]
    public void Duplicates_across_given_splits_are_reported_with_both_names()
    {
        using var folder = new DatasetFolder().AddMany("train/cat", 3).AddMany("train/dog", 3).AddMany("valid/cat", 3)
            .AddMany("valid/dog", 3);
        folder.Add("valid/cat/again.jpg", DatasetFolder.Image("train/cat/0001.jpg"));
        var problem = Assert.Single(folder.Read().Problems);
        Assert.Equal(DatasetProblemKind.DuplicateAcrossSplits, problem.Kind);
        Assert.Equal(folder.Full("valid/cat/again.jpg"), problem.Path);
        Assert.Contains(folder.Full("train/cat/0001.jpg"), problem.Message, StringComparison.Ordinal);
        Assert.Empty(folder.Read(new ImageFolderOptions { FindDuplicates = false }).Problems);
    }

    [Fact]
    public void Reencoded_images_are_found_on_request()
    {
        string[] images =
            [.. Directory.GetFiles(TestData.Require("datasets/dogs_vs_cats/valid/dog")).Order(StringComparer.Ordinal).Take(6)];
        using var folder = new DatasetFolder();
        foreach (var (i, image) in images.Index())
            folder.Add($"train/{(i < 3 ? "a" : "b")}/{i}.jpg", File.ReadAllBytes(image));
        folder.Add("valid/a/smaller.jpg", SavedAnew(images[1], 0.5f, 70)).Add("valid/b/worse.jpg", SavedAnew(images[4], 1, 30));
        folder.Add("valid/a/broken.jpg", File.ReadAllBytes(images[0])[..3000]).Add("valid/b/copy.jpg", File.ReadAllBytes(images[5]));
        Assert.Single(folder.Read().Problems);
        var problems = folder.Read(new ImageFolderOptions { FindReencoded = true }).Problems;
        Assert.Equal(["smaller.jpg", "copy.jpg", "worse.jpg"], problems.Select(problem => Path.GetFileName(problem.Path)));
        Assert.Contains("the same image, encoded differently", problems[0].Message, StringComparison.Ordinal);
        Assert.Contains(folder.Full("train/a/1.jpg"), problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("the same content", problems[1].Message, StringComparison.Ordinal);

        static byte[] SavedAnew(string path, float scale, int quality)
        {
            using var image = SKBitmap.Decode(path);
            using var resized = image.Resize(
                new SKImageInfo((int)(image.Width * scale), (int)(image.Height * scale)), SKFilterQuality.Medium);
            using var data = resized.Encode(SKEncodedImageFormat.Jpeg, quality);
            return data.ToArray();
        }
    }

    [Fact]
    public void Different_images_of_real_datasets_do_not_count_as_the_same()
    {
        var options = new ImageFolderOptions { FindReencoded = true };
        Assert.Empty(ImageDataset.FromFolder(TestData.Require("datasets/dogs_vs_cats"), options).Problems);
        Assert.Empty(ImageDataset.FromFolder(TestData.Require("datasets/sign_language"), options).Problems);
        // Grey cells of little contrast.
        Assert.Empty(ImageDataset.FromFolder(TestData.Require("datasets/solar_cells"), options).Problems);
    }

    [Fact]
    public void The_same_image_with_two_labels_is_reported_and_kept_in_one_split()
    {
        using var folder = new DatasetFolder().AddMany("cat", 10).AddMany("dog", 10);
        byte[] both = DatasetFolder.Image("both");
        folder.Add("cat/both.jpg", both).Add("dog/both.jpg", both);
        var dataset = folder.Read(new ImageFolderOptions { ValidationFraction = 0.5 });
        var problem = Assert.Single(dataset.Problems);
        Assert.Equal(DatasetProblemKind.ConflictingLabels, problem.Kind);
        Assert.Contains("'cat'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_equal_length_and_equal_ends_but_other_content_are_not_duplicates()
    {
        byte[] tail = new byte[5000];
        using var folder = new DatasetFolder().AddMany("train/cat", 2).AddMany("train/dog", 2)
            .Add("train/cat/a.jpg", [.. DatasetFolder.Image("a"), .. tail]).Add("valid/cat/b.jpg", [.. DatasetFolder.Image("b"), .. tail])
                .AddMany("valid/dog", 1);
        Assert.Empty(folder.Read().Problems);
    }

    [Fact]
    public void Two_images_of_each_class_give_one_for_validation()
    {
        using var folder = new DatasetFolder().AddMany("cat", 2).AddMany("dog", 2);
        Assert.Equal([1, 1], folder.Read().Validation.ClassCounts);
    }

    [Fact]
    public void A_split_that_would_be_empty_is_refused_with_the_option_to_change()
    {
        using var folder = new DatasetFolder().AddMany("cat", 2).AddMany("dog", 2);
        string message = Assert.Throws<DatasetException>(() => folder.Read(new ImageFolderOptions { TestFraction = 0.2 })).Message;
        Assert.Contains("TestFraction", message, StringComparison.Ordinal);

        using var same = new DatasetFolder();
        foreach (string path in (string[])["cat/a.jpg", "cat/b.jpg", "dog/a.jpg", "dog/b.jpg"])
            same.Add(path, DatasetFolder.Image(path[..3]));
        Assert.Contains("ValidationFraction", Assert.Throws<DatasetException>(() => same.Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_image_is_in_exactly_one_part_for_any_sizes_and_fractions()
    {
        CsCheck.Check.Sample(
            CsCheck.Gen.Select(
                CsCheck.Gen.Int[2, 40],
                CsCheck.Gen.Int[2, 40],
                CsCheck.Gen.Double[0.01, 0.45],
                CsCheck.Gen.Double[0.01, 0.45],
                CsCheck.Gen.Int[1, 6]),
            (cats, dogs, validation, test, kinds) =>
            {
                var files = Enumerable.Range(0, cats + dogs).Select(i => new FoundFile($"{i}", $"{i}", i)).ToList();
                int[] labels = [.. files.Select((_, i) => i < cats ? 0 : 1)];
                int[] first = [.. files.Select((_, i) => kinds == 1 ? i : i - i % kinds)];
                var parts = new StratifiedSplit(validation, test, Seed: 3).Assign(files, labels, first);
                for (int i = 0; i < files.Count; i++)
                    Assert.Equal(parts[first[i]], parts[i]);
                Assert.Contains(DatasetPart.Train, parts[..cats]);
                if (kinds == 1)
                    Assert.InRange(parts.Count(part => part == DatasetPart.Validation) - (cats + dogs) * validation, -1.01, 2.01);
            },
            iter: 300,
            seed: "0000KOIKOIKO",
            threads: 1);
    }
}
