namespace TransferLearning.Tests.Models;

/// <summary>The thresholds of unknown images, on made-up scores.</summary>
public sealed class RejectionFitTests
{
    [Fact]
    public void The_wanted_precision_is_reached_on_further_images_too()
    {
        // The similarity says little about which answers are right, the probability much.
        double coverage = 0, precision = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            var fitted = RejectionFit.Choose(Draw(seed, 300), new RejectionOptions { Precision = 0.95 });
            var further = Draw(1000 + seed, 5000).FindAll(
                image => image.Similarity >= fitted.Threshold && image.Probability >= fitted.Confidence);
            precision += further.Count(image => image.IsRight) / (double)further.Count / 20;
            coverage += further.Count / 5000.0 / 20;
            Assert.InRange(fitted.Precision, 0.95, 1);
        }

        Assert.InRange(precision, 0.95, 0.985);
        Assert.InRange(coverage, 0.25, 0.5);
    }

    [Fact]
    public void A_precision_out_of_reach_gives_the_most_precise_and_nothing_at_all_rejects_nothing()
    {
        var random = new Random(1);
        var even = Enumerable.Range(0, 200)
            .Select(_ => new ScoredImage(random.NextDouble(), random.NextDouble(), random.Next(2) == 0, true));
        var unreached = RejectionFit.Choose([.. even], new RejectionOptions { Precision = 0.99 });
        Assert.InRange(unreached.Precision, 0.5, 1);
        Assert.InRange(unreached.Coverage, 0.005, 0.95);
        var right = Enumerable.Range(0, 100).Select(i => new ScoredImage(i / 100.0, 1, true, true));
        var fitted = RejectionFit.Choose([.. right], new RejectionOptions { Precision = 0.95 });
        Assert.Equal((0d, 0.95, 1d), (fitted.Confidence, fitted.Coverage, fitted.Precision));
        Assert.Equal(-1, RejectionFit.Choose([], new RejectionOptions()).Threshold);
    }

    [Theory]
    [InlineData(-1.0, 0.8)]
    [InlineData(0.3, 0.8)]
    [InlineData(0.3, 0.0)]
    [InlineData(null, 0.8)]
    [InlineData(0.3, null)]
    public void Given_thresholds_are_kept_as_they_are_and_counted(double? threshold, double? confidence)
    {
        var images = Draw(7, 300);
        var chosen = RejectionFit.Choose(images, new RejectionOptions { Threshold = threshold, Confidence = confidence });
        Assert.Equal(threshold ?? chosen.Threshold, chosen.Threshold);
        Assert.Equal(confidence ?? chosen.Confidence, chosen.Confidence);
        var accepted = images.FindAll(image => image.Similarity >= chosen.Threshold && image.Probability >= chosen.Confidence);
        Assert.Equal(accepted.Count / 300.0, chosen.Coverage);
        Assert.Equal((double)accepted.Count(image => image.IsRight) / accepted.Count, chosen.Precision);
    }

    /// <summary>Images of which an answer with the probability p is right in the share p, for p from 0.4 to 1.</summary>
    private static List<ScoredImage> Draw(int seed, int count)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, count)
                .Select(_ => (Similarity: random.NextDouble(), Probability: 1 - (0.6 * Math.Pow(random.NextDouble(), 2))))
                .Select(image => new ScoredImage(image.Similarity, image.Probability, random.NextDouble() < image.Probability, true)),
        ];
    }
}
