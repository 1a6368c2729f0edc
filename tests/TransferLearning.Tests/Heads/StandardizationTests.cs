namespace TransferLearning.Tests.Heads;

public sealed class StandardizationTests
{
    [Fact]
    public void Features_are_divided_by_a_deviation_damped_with_the_median_variance()
    {
        // Variances 1, 4 and 16; the median is 4.
        var features = HeadProblem.Matrix([1, 2, 4], [-1, -2, -4]);
        var standardised = Standardization.Measure(features).Apply(features);
        Assert.Equal(1 / Math.Sqrt((1 + 4) / 2.0), standardised[0][0], 1e-6);
        Assert.Equal(2 / Math.Sqrt((4 + 4) / 2.0), standardised[0][1], 1e-6);
        Assert.Equal(4 / Math.Sqrt((16 + 4) / 2.0), standardised[0][2], 1e-6);
        Assert.Equal(-standardised[0][2], standardised[1][2]);
    }

    [Fact]
    public void Features_that_vary_by_rounding_only_become_zero()
    {
        var features = HeadProblem.Matrix([1e6f, 7, 0, 1], [1e6f + 0.0625f, 7, 0, 2]);
        var standardization = Standardization.Measure(features);
        Assert.Equal([0, 0, 0], standardization.Factors[..3].ToArray());
        Assert.True(standardization.Factors[3] > 0);
    }

    [Fact]
    public void A_range_of_columns_is_the_same_as_all_columns()
    {
        var (features, _) = HeadProblem.Clouds(5, 9, 2, 1, seed: 1);
        var standardization = Standardization.Measure(features);
        Assert.Equal(standardization.Apply(features)[3].Slice(2, 4).ToArray(), standardization.Apply(features, 2, 4)[3].ToArray());
    }
}
