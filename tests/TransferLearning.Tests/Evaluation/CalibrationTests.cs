namespace TransferLearning.Tests.Evaluation;

public sealed class CalibrationTests
{
    private static McNemarTest McNemar(int onlyFirst, int onlySecond) => new() { OnlyFirst = onlyFirst, OnlySecond = onlySecond };

    /// <summary>Two classes; each image is predicted as class 0 with the given probability.</summary>
    private static ClassificationReport Report(params (float Probability, bool Right)[] answers)
    {
        var probabilities = new FeatureMatrix(answers.Length, 2);
        for (int i = 0; i < answers.Length; i++)
        {
            probabilities.RowForWriting(i)[0] = answers[i].Probability;
            probabilities.RowForWriting(i)[1] = 1 - answers[i].Probability;
        }

        return ClassificationReport.Create([.. answers.Select(answer => answer.Right ? 0 : 1)], probabilities, ["a", "b"]);
    }

    [Fact]
    public void The_expected_error_is_the_weighted_distance_of_the_bins()
    {
        // Bins of 1/15: 0.62 is in (0.6, 0.667], 0.95 and 0.99 in (0.933, 1].
        var calibration = Report((0.62f, true), (0.62f, false), (0.95f, true), (0.99f, true)).Calibration;
        Assert.Equal((0.5 * Math.Abs(0.5 - 0.62)) + (0.5 * Math.Abs(1 - 0.97)), calibration.ExpectedError, 1e-6);
        Assert.Equal(15, calibration.Bins.Count);
        Assert.Equal(4, calibration.Bins.Sum(bin => bin.Images));
        Assert.Equal((2, 0.5), (calibration.Bins[9].Images, calibration.Bins[9].Accuracy));
        Assert.Equal((2, 1.0), (calibration.Bins[14].Images, calibration.Bins[14].Accuracy));
    }

    [Fact]
    public void Withheld_answers_are_those_below_the_threshold()
    {
        var calibration = Report((0.55f, false), (0.75f, true), (0.75f, false), (1f, true)).Calibration;
        Assert.Equal(Point(0, 4, 1, 0.5), calibration.RejectBelow(0));
        Assert.Equal(Point(0.75, 3, 0.75, 2 / 3.0), calibration.RejectBelow(0.75));
        Assert.Equal(Point(1, 1, 0.25, 1), calibration.RejectBelow(1));
        Assert.Null(Report((0.6f, true)).Calibration.RejectBelow(0.9).Accuracy);
        Assert.Throws<ArgumentOutOfRangeException>(() => calibration.RejectBelow(double.NaN));

        static RejectionPoint Point(double threshold, int answered, double coverage, double accuracy) =>
            new() { Threshold = threshold, Answered = answered, Coverage = coverage, Accuracy = accuracy };
    }

    [Theory]
    // Twice the sum of the binomial coefficients (b + c over 0 to min(b, c)) over 2^(b + c), in Python's whole numbers.
    [InlineData(0, 0, 1)]
    [InlineData(3, 3, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(5, 0, 0.0625)]
    [InlineData(2, 8, 0.109375)]
    [InlineData(10, 25, 0.0166738)]
    [InlineData(0, 3000, 0)]
    public void McNemars_test_is_the_exact_binomial_test(int b, int c, double p)
    {
        Assert.Equal(p, McNemar(b, c).PValue, 1e-5);
        Assert.Equal(McNemar(c, b).PValue, McNemar(b, c).PValue);
    }

    [Fact]
    public void Negative_counts_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => McNemar(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => McNemar(0, -1));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    public void The_temperature_that_spoilt_the_probabilities_is_found_again(double spoilt)
    {
        // Labels are drawn from the softmax of the logits, so temperature 1 is right for them.
        var random = new Random(5);
        const int rows = 4000, classes = 4;
        var logits = new FeatureMatrix(rows, classes);
        var labels = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            double[] exponents = [.. Enumerable.Range(0, classes).Select(_ => 4 * random.NextDouble())];
            double draw = random.NextDouble() * exponents.Sum(Math.Exp);
            while ((draw -= Math.Exp(exponents[labels[i]])) > 0)
                labels[i]++;
            for (int k = 0; k < classes; k++)
                logits.RowForWriting(i)[k] = (float)(exponents[k] * spoilt);
        }

        Assert.Equal(spoilt, TemperatureScaling.Fit(logits, labels, areProbabilities: false), 0.08 * spoilt);
        double? useful = TemperatureScaling.FitWhereUseful(logits, labels, areProbabilities: false);
        Assert.Equal(spoilt == 1 ? null : TemperatureScaling.Fit(logits, labels, areProbabilities: false), useful);
    }

    [Fact]
    public void A_handful_of_right_answers_does_not_make_the_classifier_certain()
    {
        var scores = new FeatureMatrix(3, 2);
        for (int i = 0; i < 3; i++)
            (scores.RowForWriting(i)[0], scores.RowForWriting(i)[1]) = (0.8f, 0.2f);
        Assert.InRange(TemperatureScaling.Fit(scores, [0, 0, 0], areProbabilities: true), 0.6, 0.95);
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Fit(scores, [0, 0], areProbabilities: true));
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Fit(scores, [0, 0, 2], areProbabilities: true));
    }

    [Fact]
    public void Probabilities_of_zero_and_certain_mistakes_leave_the_temperature_finite()
    {
        var scores = new FeatureMatrix(2, 2);
        (scores.RowForWriting(0)[0], scores.RowForWriting(1)[0]) = (1, 1);
        Assert.InRange(TemperatureScaling.Fit(scores, [0, 1], areProbabilities: true), 1.01, TemperatureScaling.Highest);
    }
}
