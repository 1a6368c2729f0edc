using System.Globalization;
using TransferLearning.Tests.Heads;

namespace TransferLearning.Tests.Evaluation;

public sealed class ClassificationReportTests
{
    [Fact]
    public void Metrics_of_the_classes_are_those_of_the_example_in_the_scikit_learn_documentation()
    {
        // classification_report(y_true=[0, 1, 2, 2, 2], y_pred=[0, 0, 2, 2, 1])
        var report = ClassificationReport.Create([0, 1, 2, 2, 2], OneHot(3, 0, 0, 2, 2, 1), ["class 0", "class 1", "class 2"]);
        Assert.Equal(Metrics("class 0", 0.5, 1, 2.0 / 3, 1), report.Classes[0]);
        Assert.Equal(Metrics("class 1", 0, 0, 0, 1), report.Classes[1]);
        Assert.Equal(1, report.Classes[2].Precision);
        Assert.Equal(2.0 / 3, report.Classes[2].Recall, 1e-12);
        Assert.Equal(0.8, report.Classes[2].F1, 1e-12);
        Assert.Equal(0.6, report.Accuracy, 1e-12);
        var (macro, weighted) = (report.MacroAverage, report.WeightedAverage);
        Assert.Equal((0.5, 5.0 / 9, 22.0 / 45), (macro.Precision, macro.Recall, Math.Round(macro.F1, 15)), Close);
        Assert.Equal((0.7, 0.6, 46.0 / 75), (weighted.Precision, weighted.Recall, weighted.F1), Close);
    }

    [Fact]
    public void Log_loss_is_that_of_the_example_in_the_scikit_learn_documentation()
    {
        // log_loss(["spam", "ham", "ham", "spam"], [[.1, .9], [.9, .1], [.8, .2], [.35, .65]]) = 0.21616…
        var report = ClassificationReport.Create(
            [1, 0, 0, 1], HeadProblem.Matrix([0.1f, 0.9f], [0.9f, 0.1f], [0.8f, 0.2f], [0.35f, 0.65f]), ["ham", "spam"]);
        Assert.Equal(0.21616187468057912, report.LogLoss, 1e-7);
    }

    [Fact]
    public void Top_k_is_that_of_the_example_in_the_scikit_learn_documentation()
    {
        var scores = HeadProblem.Matrix([0.5f, 0.2f, 0.2f], [0.3f, 0.4f, 0.2f], [0.2f, 0.4f, 0.3f], [0.7f, 0.2f, 0.1f]);
        var report = ClassificationReport.Create([0, 1, 2, 2], scores, ["a", "b", "c"]);
        Assert.Equal(0.5, report.TopKAccuracy(1));
        Assert.Equal(report.Accuracy, report.TopKAccuracy(1));
        Assert.Equal(0.75, report.TopKAccuracy(2));
        Assert.Equal(1, report.TopKAccuracy(3));
        Assert.Equal(1, report.TopKAccuracy(100));
        Assert.Throws<ArgumentOutOfRangeException>(() => report.TopKAccuracy(0));
    }

    [Fact]
    public void A_certain_wrong_answer_costs_the_stated_bound() => Assert.Equal(
        -Math.Log(ClassificationReport.SmallestProbability),
        ClassificationReport.Create([1], HeadProblem.Matrix([1f, 0f]), ["a", "b"]).LogLoss);

    [Fact]
    public void Classes_without_images_count_zero_and_are_left_out_of_the_plain_mean()
    {
        var report = ClassificationReport.Create([0, 0, 1], OneHot(4, 0, 0, 1), ["a", "b", "absent", "absent too"]);
        Assert.Equal(Metrics("absent", 0, 0, 0, 0), report.Classes[2]);
        Assert.Equal(Average(1, 1, 1), report.MacroAverage);
    }

    [Fact]
    public void A_class_that_was_only_ever_guessed_is_part_of_the_plain_mean()
    {
        var report = ClassificationReport.Create([0, 0], OneHot(2, 0, 1), ["a", "guessed"]);
        Assert.Equal(Average(0.5, 0.25, 1.0 / 3), report.MacroAverage);
        Assert.Equal(Average(1, 0.5, 2.0 / 3), report.WeightedAverage);
    }

    [Fact]
    public void Rows_that_are_not_probabilities_are_refused_by_their_number()
    {
        Refused("Probability 1 of row 1 is NaN", [0, 0], HeadProblem.Matrix([1f, 0f], [0f, float.NaN]));
        Refused("Probability 0 of row 0 is -2", [0], HeadProblem.Matrix([-2f, 3f]));
        Refused("row 0 are all 0", [0], HeadProblem.Matrix([0f, 0f]));
        Refused("label of row 1 is 2", [0, 2], OneHot(2, 0, 0));
        Refused("2 labels but 1 rows", [0, 1], OneHot(2, 0));
        Refused("2 classes but 3 columns", [0], OneHot(3, 0));
        Refused("labels must contain at least one element", [], new FeatureMatrix(0, 2));

        static void Refused(string part, int[] labels, FeatureMatrix probabilities) => Assert.Contains(
            part,
            Assert.Throws<ArgumentException>(() => ClassificationReport.Create(labels, probabilities, ["a", "b"])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    public void The_text_is_the_same_table_in_every_culture(string culture)
    {
        var probabilities = HeadProblem.Matrix([0.75f, 0.25f], [0.5f, 0.5f], [0.25f, 0.75f], [0.25f, 0.75f]);
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            string text = ClassificationReport.Create([0, 1, 1, 0], probabilities, ["cat", "dog"]).ToString();
            Assert.Equal(
                """
                Accuracy 50.0% (2 of 4; 95% interval 15.0% to 85.0%), log-loss 0.6637

                class             precision  recall     f1  images
                cat                   0.500   0.500  0.500       2
                dog                   0.500   0.500  0.500       2

                macro average         0.500   0.500  0.500       4
                weighted average      0.500   0.500  0.500       4

                actual \ predicted  cat  dog
                cat                   1    1
                dog                   1    1

                """,
                text);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void With_many_classes_the_text_has_the_most_frequent_mistakes()
    {
        string[] classes = [.. Enumerable.Range(0, 20).Select(i => FormattableString.Invariant($"class {i}"))];
        string text = ClassificationReport.Create([3, 3, 4, 5], OneHot(20, 7, 7, 4, 6), classes).ToString();
        Assert.Contains("top-5", text, StringComparison.Ordinal);
        Assert.DoesNotContain("actual \\ predicted", text, StringComparison.Ordinal);
        string[] lines = text.Split('\n');
        int heading = Array.FindIndex(lines, line => line.StartsWith("most frequent mistakes", StringComparison.Ordinal));
        Assert.Matches("^class 3 +class 7 +2$", lines[heading + 1]);
        Assert.Matches("^class 5 +class 6 +1$", lines[heading + 2]);
    }

    [Fact]
    public void Names_with_line_breaks_or_of_great_length_do_not_break_the_table()
    {
        string text = ClassificationReport.Create([0, 1], OneHot(2, 0, 1), ["a\nb", new string('x', 500)]).ToString();
        Assert.Contains("\na b ", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 120));
    }

    private static ClassMetrics Metrics(string label, double precision, double recall, double f1, int support) =>
        new() { Label = label, Precision = precision, Recall = recall, F1 = f1, Support = support };

    private static AverageMetrics Average(double precision, double recall, double f1) =>
        new() { Precision = precision, Recall = recall, F1 = f1 };

    private static bool Close((double, double, double) left, (double, double, double) right) =>
        Math.Abs(left.Item1 - right.Item1) < 1e-12
        && Math.Abs(left.Item2 - right.Item2) < 1e-12
        && Math.Abs(left.Item3 - right.Item3) < 1e-12;

    private static FeatureMatrix OneHot(int classes, params int[] predicted)
    {
        var matrix = new FeatureMatrix(predicted.Length, classes);
        for (int i = 0; i < predicted.Length; i++)
            matrix.RowForWriting(i)[predicted[i]] = 1;
        return matrix;
    }
}
