namespace TransferLearning.Tests.Heads;

public sealed class RegularizationChoiceTests
{
    [Fact]
    public void A_strength_that_is_worse_on_every_row_is_not_chosen()
    {
        var scores = new[] { Score(1, 0.30, 0.40, 0.50, 0.60), Score(0.1, 0.20, 0.31, 0.39, 0.51), Score(0.01, 0.21, 0.32, 0.40, 0.52) };
        Assert.Equal(0.1, RegularizationChoice.Best(scores).Strength);
    }

    [Fact]
    public void Of_strengths_that_the_rows_cannot_tell_apart_the_strongest_is_chosen()
    {
        var scores = new[] { Score(1, 0.1, 0.9, 0.1, 0.9), Score(0.1, 0.9, 0.1, 0.9, 0.08), Score(0.01, 0.5, 0.5, 0.5, 0.479) };
        Assert.Equal(1, RegularizationChoice.Best(scores).Strength);
    }

    [Fact]
    public void One_row_chooses_the_lowest_loss() =>
        Assert.Equal(0.1, RegularizationChoice.Best([Score(1, 0.5), Score(0.1, 0.4)]).Strength);

    private static RegularizationScore Score(double strength, params double[] losses) => new(strength, 0, losses);
}
