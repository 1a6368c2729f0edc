namespace TransferLearning.Tests.Data;

public sealed class KFoldTests
{
    [Fact]
    public void Folds_cover_every_image_once_with_the_same_share_of_each_class()
    {
        using var folder = new DatasetFolder().AddMany("train/cat", 43).AddMany("train/dog", 22).AddMany("valid/cat", 2)
            .AddMany("valid/dog", 3)
            .AddMany("test/cat", 2).AddMany("test/dog", 2);
        var dataset = folder.Read();
        var folds = dataset.KFold(5, seed: 3);
        Assert.Equal(5, folds.Count);
        Assert.Equal(dataset.Train.Concat(dataset.Validation).Order(ByPath), folds.SelectMany(fold => fold.Validation).Order(ByPath));
        foreach (var fold in folds)
        {
            Assert.Equal([9, 5], fold.Validation.ClassCounts);
            Assert.Equal([36, 20], fold.Train.ClassCounts);
            Assert.Empty(fold.Train.Intersect(fold.Validation));
            Assert.Equal(dataset.Test, fold.Test);
        }

        Assert.Equal(folds.Select(fold => fold.Validation.Paths), folder.Read().KFold(5, seed: 3).Select(fold => fold.Validation.Paths));
        Assert.NotEqual(folds[0].Validation.Paths, dataset.KFold(5, seed: 4)[0].Validation.Paths);
    }

    [Fact]
    public void Copies_and_reencoded_images_stay_in_one_fold()
    {
        using var planted = new PlantedFaults();
        File.Delete(planted.Full("train/circle/cut.jpg"));
        Directory.Delete(planted.Full("train/nothing"));
        var dataset = ImageDataset.FromFolder(planted.Path);
        Assert.True(Apart(dataset.KFold(3, findDuplicates: false), "circle", "copy") > 0);
        Assert.Equal(0, Apart(dataset.KFold(3), "circle", "copy"));
        Assert.True(Apart(dataset.KFold(3), "square", "anew") > 0);
        Assert.Equal(0, Apart(dataset.KFold(3, findReencoded: true), "square", "anew"));

        var split = dataset.Split(new ImageFolderOptions { ValidationFraction = 0.3, TestFraction = 0.2, FindReencoded = true });
        Assert.Equal(dataset.All.Count, split.All.Count);
        Assert.Empty(split.Problems);
        Assert.True(split.Test.Count > 4 && split.Validation.Count > 8, split.ToString());

        int Apart(IReadOnlyList<ImageDataset> folds, string ofClass, string copy) => Enumerable.Range(0, 5).Count(i =>
            FoldOf(folds, planted.Full($"train/{ofClass}/{i:000}.jpg")) != FoldOf(folds, planted.Full($"valid/{ofClass}/{copy}{i}.jpg")));
    }

    [Fact]
    public void Too_many_folds_and_too_few_are_refused()
    {
        using var folder = new DatasetFolder().AddMany("cat", 10).AddMany("dog", 4);
        var dataset = folder.Read();
        Assert.Contains("'dog'", Assert.Throws<DatasetException>(() => dataset.KFold(5)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.KFold(1));
    }

    private static Comparer<LabeledImage> ByPath { get; } = Comparer<LabeledImage>.Create((a, b) => string.CompareOrdinal(a.Path, b.Path));

    private static int FoldOf(IReadOnlyList<ImageDataset> folds, string path) =>
        Assert.Single(Enumerable.Range(0, folds.Count), fold => folds[fold].Validation.Paths.Contains(path));
}
