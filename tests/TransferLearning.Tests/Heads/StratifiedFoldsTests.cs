namespace TransferLearning.Tests.Heads;

public sealed class StratifiedFoldsTests
{
    [Fact]
    public void Every_part_has_its_share_of_every_class()
    {
        int[] labels = [.. Enumerable.Range(0, 103).Select(i => i < 60 ? 0 : i < 90 ? 1 : 2)];
        int[] folds = StratifiedFolds.Assign(labels, 3, 5, seed: 1);
        for (int fold = 0; fold < 5; fold++)
        {
            Assert.Equal(12, Count(0, fold));
            Assert.Equal(6, Count(1, fold));
            Assert.InRange(Count(2, fold), 2, 3);
        }

        int Count(int label, int fold) => labels.Zip(folds).Count(pair => pair == (label, fold));
    }

    [Fact]
    public void The_only_row_of_a_class_is_never_held_out_and_of_two_one_stays()
    {
        int[] labels = [0, 0, 0, 0, 1, 2, 2];
        int[] folds = StratifiedFolds.Assign(labels, 3, 5, seed: 1);
        Assert.Equal(StratifiedFolds.Never, folds[4]);
        Assert.NotEqual(folds[5], folds[6]);
    }

    [Fact]
    public void The_seed_decides()
    {
        int[] labels = [.. Enumerable.Range(0, 100).Select(i => i % 2)];
        Assert.Equal(StratifiedFolds.Assign(labels, 2, 5, 3), StratifiedFolds.Assign(labels, 2, 5, 3));
        Assert.NotEqual(StratifiedFolds.Assign(labels, 2, 5, 3), StratifiedFolds.Assign(labels, 2, 5, 4));
    }
}
