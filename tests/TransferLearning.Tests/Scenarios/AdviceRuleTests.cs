namespace TransferLearning.Tests.Scenarios;

/// <summary>The decision on made-up measurements: small or large, similar or different.</summary>
public sealed class AdviceRuleTests
{
    private const int Rows = 400;

    private static readonly int[] Few = [100, 100];
    private static readonly int[] Many = [5000, 5000];

    // The last third of the layers takes away 80% of the loss, or 5%.
    [Theory]
    [InlineData(100, 0.10, TransferScenario.FeatureExtraction, 1, 1)]
    [InlineData(5000, 0.10, TransferScenario.FineTuning, 0.6, 0.8)]
    [InlineData(100, 0.475, TransferScenario.FineTuning, 1.0 / 3, 0.5)]
    [InlineData(5000, 0.475, TransferScenario.FineTuning, 0, 0)]
    public void Each_quadrant_has_its_scenario_and_its_frozen_share(
        int perClass, double lossAtEnd, TransferScenario scenario, double least, double most)
    {
        var advice = AdviceRule.Decide(
            Profile((0.3, 0.6, 300), (0.6, 0.5, 320), (1, lossAtEnd, 370)), [perClass, perClass], TransferAdvisorOptions.Default);
        Assert.Equal(scenario, advice.Scenario);
        Assert.InRange(advice.Freeze, least, most);
        Assert.Equal(perClass >= 1000, advice.IsLarge);
        Assert.Equal(lossAtEnd < 0.3, advice.IsSimilar);
        Assert.Equal(1 - (lossAtEnd / 0.5), advice.Similarity, 1e-9);
        Assert.Equal(370.0 / Rows, advice.ExpectedAccuracy);
        Assert.InRange(advice.ExpectedAccuracy, advice.ExpectedAccuracyInterval.Lower, advice.ExpectedAccuracyInterval.Upper);
        Assert.Equal([0.3, 0.6, 1], advice.Depths.Select(depth => depth.Depth));
    }

    [Theory]
    [InlineData(0.05, 1.0 / 3)]
    [InlineData(0.4, 0.4)]
    [InlineData(0.6, 0.5)]
    public void Layers_stay_frozen_up_to_where_the_classes_are_told_apart_best_within_the_range_of_the_scenario(double best, double freeze)
    {
        var advice = AdviceRule.Decide(
            Profile((best / 2, 1.2, 200), (best, 0.4, 340), (1, 0.41, 340)), Few, TransferAdvisorOptions.Default);
        Assert.Equal(freeze, advice.Freeze, 1e-9);
    }

    [Fact]
    public void The_best_of_the_general_layers_is_what_the_specialised_ones_are_compared_with()
    {
        var advice = AdviceRule.Decide(
            Profile((0.4, 0.5, 320), (0.6, 0.9, 280), (0.9, 0.1, 390), (1, 0.4, 330)), Few, TransferAdvisorOptions.Default);
        Assert.Equal(0.2, advice.Similarity, 1e-9);
    }

    [Theory]
    [InlineData(396, TransferScenario.FeatureExtraction)]
    [InlineData(395, TransferScenario.FineTuning)]
    public void Where_nearly_everything_is_right_there_is_nothing_to_gain(int right, TransferScenario scenario)
    {
        Assert.Equal(
            scenario, AdviceRule.Decide(Profile((0.6, 0.02, right), (1, 0.02, right)), Many, TransferAdvisorOptions.Default).Scenario);
    }

    [Fact]
    public void Too_few_images_to_tell_count_as_similar_and_the_reason_says_so()
    {
        // The same means; but in a few rows each loss differs so much that the ratio of the means is anybody's guess.
        double[] general = [1.5, 0.1, 0.1, 0.1, 0.9, 0.3], end = [0.1, 1.2, 0.1, 0.3, 0.1, 0.9];
        MeasuredDepth[] few =
            [new(0.5, "a", 8, new RegularizationScore(1, 4, general)), new(1, "b", 8, new RegularizationScore(1, 4, end))];
        MeasuredDepth[] many = [.. few.Select(depth => depth with
        {
            Score = new RegularizationScore(1, 400, [.. Enumerable.Repeat(depth.Score.Losses, 100).SelectMany(losses => losses)]),
        })];
        var doubtful = AdviceRule.Decide(few, [3, 3], TransferAdvisorOptions.Default);
        var sure = AdviceRule.Decide(many, [300, 300], TransferAdvisorOptions.Default);
        Assert.Equal(doubtful.Similarity, sure.Similarity, 1e-9);
        Assert.Equal((TransferScenario.FeatureExtraction, TransferScenario.FineTuning), (doubtful.Scenario, sure.Scenario));
        Assert.Contains("too few were measured to be sure", doubtful.Reason, StringComparison.Ordinal);
        Assert.Contains("unlike", sure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Losses_that_grow_towards_the_end_are_no_similarity_at_all()
    {
        var advice = AdviceRule.Decide(Profile((0.6, 0.4, 320), (1, 0.8, 280)), Few, TransferAdvisorOptions.Default);
        Assert.Equal(0, advice.Similarity);
        Assert.InRange(advice.SimilarityInterval.Lower, 0, 0);
    }

    [Theory]
    [InlineData(0.3, true)]
    [InlineData(0.6, false)]
    public void A_backbone_with_features_at_its_end_only_is_compared_with_the_shares_of_the_classes(double loss, bool similar)
    {
        var advice = AdviceRule.Decide(Profile((1, loss, 350)), Few, TransferAdvisorOptions.Default);
        Assert.Equal(1 - (loss / Math.Log(2)), advice.Similarity, 1e-9);
        Assert.Equal(similar, advice.IsSimilar);
    }

    [Fact]
    public void The_median_class_decides_what_is_large()
    {
        var depths = Profile((0.6, 0.5, 320), (1, 0.1, 370));
        Assert.False(AdviceRule.Decide(depths, [90_000, 40, 60], TransferAdvisorOptions.Default).IsLarge);
        Assert.Equal(60, AdviceRule.Decide(depths, [90_000, 40, 60], TransferAdvisorOptions.Default).ImagesPerClass);
        Assert.True(AdviceRule.Decide(depths, [90_000, 40, 60], new TransferAdvisorOptions { LargeFrom = 60 }).IsLarge);
    }

    [Fact]
    public void Labels_that_cannot_be_learned_are_pointed_out()
    {
        var advice = AdviceRule.Decide(Profile((0.6, 0.69, 201), (1, 0.69, 203)), Few, TransferAdvisorOptions.Default);
        Assert.Equal(TransferScenario.FeatureExtraction, advice.Scenario);
        Assert.Contains("hardly better than always naming the largest class (50.0%)", advice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused_together()
    {
        var error = Assert.Throws<ArgumentException>(
            () => TransferLearner.From(Backbones.TinyResNet).Auto(new() { MaximumImages = 9, LargeFrom = 1 }));
        Assert.Contains("MaximumImages is 9", error.Message, StringComparison.Ordinal);
        Assert.Contains("LargeFrom is 1", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Depth, loss of every row, and right rows.</summary>
    [Theory]
    [InlineData(400, 0.2, 0.4, 400, 0.2)]
    [InlineData(400, 0.2, 0.4, 800, 0.1)]
    [InlineData(400, 0.2, 0.4, 100_000, 0.05)]
    [InlineData(400, 0.2, 0.8, 800, 0.1)]
    [InlineData(400, 0.2, 0.2, 800, 0.2)]
    [InlineData(400, 0.2, 0.1, 800, 0.2)]
    [InlineData(400, 0.0, 0.1, 800, 0.0)]
    public void More_images_are_expected_to_gain_what_the_measured_ones_did(
        int learned, double error, double halfError, int images, double expected) =>
        Assert.Equal(expected, new LearningCurve(learned, error, learned / 2.0, halfError).ErrorWith(images), 1e-12);

    [Fact]
    public void The_expected_accuracy_lies_between_the_measured_one_and_the_upper_end_and_says_so()
    {
        var depths = Profile((0.6, 0.9, 300), (1, 0.2, 360));
        depths[^1] = depths[^1] with { Curve = new LearningCurve(100, 0.1, 50, 0.2) };
        var advice = AdviceRule.Decide(depths, [100, 100], TransferAdvisorOptions.Default);

        Assert.Equal(0.95, advice.ExpectedAccuracy, 1e-12);
        Assert.Equal(ProportionInterval.Wilson(360, Rows).Lower, advice.ExpectedAccuracyInterval.Lower);
        Assert.Equal(ProportionInterval.Wilson(380, Rows).Upper, advice.ExpectedAccuracyInterval.Upper);
        Assert.Contains("guessed from 90.0% measured with fewer training images", advice.Reason, StringComparison.Ordinal);
    }

    private static MeasuredDepth[] Profile(params (double Depth, double Loss, int Right)[] depths) =>
        [
            .. depths.Select(
                d => new MeasuredDepth(d.Depth, "t", 8, new RegularizationScore(1, d.Right, [.. Enumerable.Repeat(d.Loss, Rows)]))),
        ];
}
