namespace TransferLearning.Tests.Featurization;

public sealed class FeatureMatrixTests
{
    [Fact]
    public void Numbers_are_copied_row_by_row()
    {
        float[] numbers = [1, 2, 3, 4, 5, 6];
        var matrix = FeatureMatrix.Create(2, 3, numbers);
        float[][] rows = [[1, 2, 3], [4, 5, 6]];
        var ofRows = FeatureMatrix.FromRows(rows);
        (numbers[0], rows[0][0]) = (9, 9);
        foreach (var each in new[] { matrix, ofRows })
        {
            Assert.Equal((2, 3), (each.Rows, each.Columns));
            Assert.Equal([1, 2, 3], each[0].ToArray());
            Assert.Equal([4, 5, 6], each[1].ToArray());
        }
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        Assert.Contains(
            "2 × 3 needs 6 numbers, not 5",
            Assert.Throws<ArgumentException>(() => FeatureMatrix.Create(2, 3, new float[5])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => FeatureMatrix.Create(1, 0, []));
        Assert.Contains(
            "Row 1 has 1 numbers, the first row 2",
            Assert.Throws<ArgumentException>(() => FeatureMatrix.FromRows([[1, 2], [3]])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => FeatureMatrix.FromRows([]));
        Assert.Throws<ArgumentException>(() => FeatureMatrix.FromRows([[]]));
    }
}
