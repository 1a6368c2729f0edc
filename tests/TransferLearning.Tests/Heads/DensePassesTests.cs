namespace TransferLearning.Tests.Heads;

public sealed class DensePassesTests
{
    /// <summary>
    /// Sizes around the tiles: single rows, odd rests, more columns and rows than one task has, enough work for several threads.
    /// </summary>
    public static TheoryData<int, int, int> Sizes =>
        new() { { 1, 1, 1 }, { 3, 5, 2 }, { 4, 8, 2 }, { 7, 19, 3 }, { 66, 257, 5 }, { 2100, 33, 4 }, { 130, 1280, 10 }, { 77, 300, 45 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Rows_times_weights_are_the_products_in_double_precision(int rows, int columns, int classes)
    {
        var (x, weights, _) = Numbers(rows, columns, classes);
        var products = new float[classes * rows];
        DensePasses.RowsTimesWeights(x, weights, products, threads: 3);
        for (int c = 0; c < classes; c++)
        {
            for (int i = 0; i < rows; i++)
            {
                double expected = 0;
                for (int k = 0; k < columns; k++)
                    expected += (double)x[i][k] * weights[(c * columns) + k];
                Assert.Equal(expected, products[(c * rows) + i], 1e-6 * columns);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Coefficients_times_rows_are_added_to_what_is_there(int rows, int columns, int classes)
    {
        var (x, _, coefficients) = Numbers(rows, columns, classes);
        var sums = new double[classes * columns];
        Array.Fill(sums, 3);
        DensePasses.CoefficientsTimesRows(x, coefficients, sums, threads: 3);
        for (int c = 0; c < classes; c++)
        {
            for (int k = 0; k < columns; k++)
            {
                double expected = 3;
                for (int i = 0; i < rows; i++)
                    expected += (double)x[i][k] * coefficients[(c * rows) + i];
                Assert.Equal(expected, sums[(c * columns) + k], 1e-6 * rows);
            }
        }
    }

    [Fact]
    public void Products_of_rows_are_those_of_standardised_rows()
    {
        var (x, _) = HeadProblem.Clouds(150, 700, 3, 1, seed: 4);
        var (other, _) = HeadProblem.Clouds(37, 700, 3, 1, seed: 5);
        var standardization = Standardization.Measure(x);
        var left = standardization.Apply(other);
        var right = standardization.Apply(x);
        var products = RowProducts.Measure(other, x, standardization, 2, CancellationToken.None);
        var own = RowProducts.Measure(x, x, standardization, 2, CancellationToken.None);
        for (int j = 0; j < x.Rows; j++)
        {
            for (int i = 0; i < other.Rows; i++)
                Assert.Equal(Dot(left[i], right[j]), products[i][j], 1e-3);
            for (int i = 0; i < x.Rows; i++)
                Assert.Equal(Dot(right[i], right[j]), own[i][j], 1e-3);
        }
    }

    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double sum = 0;
        for (int k = 0; k < left.Length; k++)
            sum += (double)left[k] * right[k];
        return sum;
    }

    private static (FeatureMatrix Rows, float[] Weights, float[] Coefficients) Numbers(int rows, int columns, int classes)
    {
        var random = new Random(11);
        float Next() => (float)((2 * random.NextDouble()) - 1);
        var x = new FeatureMatrix(rows, columns);
        foreach (ref float value in x.Values.Span)
            value = Next();
        return (
            x,
            [.. Enumerable.Range(0, classes * columns).Select(_ => Next())],
            [.. Enumerable.Range(0, classes * rows).Select(_ => Next())]);
    }
}
