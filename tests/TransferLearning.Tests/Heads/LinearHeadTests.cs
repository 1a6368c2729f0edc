using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Heads;

public sealed class LinearHeadTests
{
    private static readonly LinearHeadOptions Weak = new() { RegularizationStrengths = [1e-3] };

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.1)]
    [InlineData(0.001)]
    public void Two_mirrored_points_have_the_weight_of_the_closed_equation(double strength)
    {
        // Standardised, the points are ±1; by symmetry the weights are ±u with λ·u = 1 / (1 + exp(2u)).
        var head = LinearHead.Fit(HeadProblem.Matrix([-1f], [1f]), [0, 1], 2, options: new() { RegularizationStrengths = [strength] });
        double low = 0;
        double high = 1 / strength;
        for (int i = 0; i < 200; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = strength * middle < 1 / (1 + Math.Exp(2 * middle)) ? (middle, high) : (low, middle);
        }

        Assert.Equal(low, head.Weights[1], 1e-3 * low);
        Assert.Equal(-low, head.Weights[0], 1e-3 * low);
        Assert.Equal(0, head.Bias[0], 1e-5);
    }

    [Theory]
    [InlineData(false, ClassBalance.AsCounted)]
    [InlineData(true, ClassBalance.AsCounted)]
    [InlineData(false, ClassBalance.Equal)]
    [InlineData(true, ClassBalance.Equal)]
    public void The_gradient_of_the_definition_vanishes_at_the_result(bool byRows, ClassBalance balance)
    {
        var (features, labels) = HeadProblem.Clouds(61, 30, 4, 0.4, seed: 8);
        labels = [.. labels.Select((label, i) => i % 3 == 0 ? 0 : label)];
        const double strength = 0.02;
        var head = LinearHead.Fit(
            features, labels, 4, null, null, new() { RegularizationStrengths = [strength], Balance = balance }, byRows, 1, null, null,
                default);
        double[] rowWeights = [.. labels.Select(label =>
            balance == ClassBalance.Equal ? 1.0 / 4 / labels.Count(other => other == label) : 1.0 / labels.Length)];
        Assert.True(GradientLength(head, features, labels, rowWeights, strength) < 2e-4);
    }

    [Fact]
    public void The_forms_of_an_image_are_held_out_together()
    {
        // Three views that are the same rows: nothing new is learned, so nothing may be gained, and the same strength does best.
        var (features, labels) = HeadProblem.Clouds(60, 40, 3, 0.25, seed: 8);
        float[] values = features.Values.ToArray();
        float[] repeated = [.. values, .. values, .. values];
        var thrice = new FeatureMatrix(180, 40, repeated);
        int[] labelsThrice = [.. labels, .. labels, .. labels];
        var once = LinearHead.Fit(features, labels, 3);
        var together = LinearHead.Fit(thrice, labelsThrice, 3, null, null, null, null, 3, null, null, CancellationToken.None);
        Assert.Equal(once.RegularizationStrength, together.RegularizationStrength);
        Assert.Equal(once.Selection.Select(score => score.Correct), together.Selection.Select(score => score.Correct));
        Assert.All(once.Selection.Zip(together.Selection), pair => Assert.Equal(pair.First.LogLoss, pair.Second.LogLoss, 0.01));

        // Held out each by itself, an image would be known from its other views.
        var leaking = LinearHead.Fit(thrice, labelsThrice, 3);
        Assert.True(leaking.Selection.Min(score => score.LogLoss) < 0.8 * once.Selection.Min(score => score.LogLoss));
    }

    [Fact]
    public void Products_of_rows_give_the_same_head_as_features()
    {
        var (features, labels) = HeadProblem.Clouds(90, 200, 5, 0.2, seed: 3);
        var (validation, validationLabels) = HeadProblem.Clouds(30, 200, 5, 0.2, seed: 3);
        var byRows = LinearHead.Fit(features, labels, 5, validation, validationLabels, null, true, 1, null, null, CancellationToken.None);
        var byFeatures =
            LinearHead.Fit(features, labels, 5, validation, validationLabels, null, false, 1, null, null, CancellationToken.None);
        Assert.Equal(byFeatures.RegularizationStrength, byRows.RegularizationStrength);
        float largest = byFeatures.Weights.Max(Math.Abs);
        for (int i = 0; i < byRows.Weights.Length; i++)
            Assert.Equal(byFeatures.Weights[i], byRows.Weights[i], 1e-3 * largest);
    }

    [Fact]
    public void The_same_data_give_the_same_bits_on_any_number_of_threads()
    {
        var (features, labels) = HeadProblem.Clouds(700, 300, 4, 0.15, seed: 6);
        var one = LinearHead.Fit(features, labels, 4, options: new() { Threads = 1 });
        foreach (int threads in new[] { 1, 2, 5 })
        {
            var again = LinearHead.Fit(features, labels, 4, options: new() { Threads = threads });
            Assert.Equal(one.RegularizationStrength, again.RegularizationStrength);
            Assert.Equal(one.Weights, again.Weights);
            Assert.Equal(one.Bias, again.Bias);
        }
    }

    [Fact]
    public void The_chosen_strength_generalises_better_than_the_extremes()
    {
        var (all, labels) = HeadProblem.Clouds(1200, 150, 3, 0.12, seed: 12);
        int[] train = [.. Enumerable.Range(0, 150)];
        int[] rest = [.. Enumerable.Range(150, 1050)];
        int[] restLabels = [.. rest.Select(row => labels[row])];
        double Loss(LinearHeadOptions? options) => ClassificationReport.Create(
            restLabels, LinearHead.Fit(
                all.Select(train), labels.AsSpan(0, 150), 3, options: options).Probabilities(all.Select(rest)), ["a", "b", "c"]).LogLoss;
        double chosen = Loss(null);
        Assert.True(chosen < Loss(new() { RegularizationStrengths = [10] }));
        Assert.True(chosen < 0.8 * Loss(new() { RegularizationStrengths = [1e-4] }));
    }

    [Fact]
    public void Enough_validation_rows_choose_alone_and_few_choose_along()
    {
        var (features, labels) = HeadProblem.Clouds(60, 10, 2, 0.5, seed: 4);
        var (validation, validationLabels) = HeadProblem.Clouds(20, 10, 2, 0.5, seed: 4);
        int Rows(LinearHeadOptions options) => LinearHead.Fit(features, labels, 2, validation, validationLabels, options).Selection[0].Rows;
        Assert.Equal(80, Rows(new()));
        Assert.Equal(20, Rows(new() { SufficientValidationRows = 20 }));
    }

    [Fact]
    public void Cross_validation_scores_as_the_fit_does_and_foresees_further_rows()
    {
        var (all, labels) = HeadProblem.Clouds(1200, 40, 3, 0.25, seed: 13);
        var train = all.Select([.. Enumerable.Range(0, 200)]);
        var score = LinearHead.CrossValidate(train, labels.AsSpan(0, 200), 3)!;
        var head = LinearHead.Fit(train, labels.AsSpan(0, 200), 3);
        Assert.Equal(head.RegularizationStrength, score.Strength);
        Assert.Equal(head.Selection.Single(other => other.Strength == head.RegularizationStrength).LogLoss, score.LogLoss);
        int[] rest = [.. Enumerable.Range(200, 1000)];
        Assert.Equal(
            HeadProblem.Accuracy(head.Probabilities(all.Select(rest)), [.. rest.Select(row => labels[row])]), score.Accuracy, 0.06);
        Assert.Null(LinearHead.CrossValidate(all.Select([0, 1, 2]), [0, 1, 2], 3));
    }

    [Fact]
    public void Features_without_information_give_the_shares_of_the_classes()
    {
        var features = HeadProblem.Matrix([5, 0], [5, 0], [5, 0], [5, 0]);
        int[] labels = [0, 0, 0, 1];
        var asCounted = LinearHead.Fit(features, labels, 2);
        Assert.Equal(0.75f, asCounted.Probabilities(features)[0][0], 1e-3f);
        Assert.All(asCounted.Weights, weight => Assert.Equal(0, weight));
        var equal = LinearHead.Fit(features, labels, 2, options: new() { Balance = ClassBalance.Equal });
        Assert.Equal(0.5f, equal.Probabilities(features)[0][0], 1e-3f);
    }

    [Fact]
    public void Equal_classes_find_more_of_the_rare_class()
    {
        var random = new Random(2);
        var features = new FeatureMatrix(440, 3);
        var labels = new int[440];
        for (int i = 0; i < 440; i++)
        {
            labels[i] = i % 11 == 0 ? 1 : 0;
            for (int k = 0; k < 3; k++)
                features.RowForWriting(i)[k] = (float)(HeadProblem.Normal(random) + (0.7 * labels[i]));
        }

        double Recall(ClassBalance balance) => ClassificationReport.Create(
            labels, LinearHead.Fit(
                features, labels, 2, options: new() { Balance = balance }).Probabilities(features), ["common", "rare"]).Classes[1].Recall;
        Assert.True(Recall(ClassBalance.AsCounted) < 0.2);
        Assert.True(Recall(ClassBalance.Equal) > 0.6);
    }

    [Fact]
    public void A_constant_feature_changes_nothing()
    {
        var (features, labels) = HeadProblem.Clouds(50, 4, 2, 1, seed: 9);
        var withConstant = new FeatureMatrix(50, 5);
        for (int i = 0; i < 50; i++)
        {
            features[i].CopyTo(withConstant.RowForWriting(i));
            withConstant.RowForWriting(i)[4] = 1234.5f;
        }

        var head = LinearHead.Fit(withConstant, labels, 2, options: Weak);
        Assert.Equal(0, head.Weights[4]);
        Assert.Equal(0, head.Weights[9]);
        Assert.Equal(LinearHead.Fit(features, labels, 2, options: Weak).Weights[..4], head.Weights[..4]);
    }

    [Theory]
    [InlineData(1e-12f, 0f)]
    [InlineData(1e12f, 0f)]
    [InlineData(0.01f, 100f)]
    public void Scale_and_offset_of_the_features_do_not_matter(float scale, float offset)
    {
        var (features, labels) = HeadProblem.Clouds(60, 8, 3, 0.6, seed: 10);
        var moved = new FeatureMatrix(60, 8);
        for (int i = 0; i < 60; i++)
        {
            for (int k = 0; k < 8; k++)
                moved.RowForWriting(i)[k] = (scale * features[i][k]) + offset;
        }

        var expected = LinearHead.Fit(features, labels, 3, options: new() { RegularizationStrengths = [0.03] }).Probabilities(features);
        var actual = LinearHead.Fit(moved, labels, 3, options: new() { RegularizationStrengths = [0.03] }).Probabilities(moved);
        for (int i = 0; i < 60; i++)
            Assert.Equal(expected[i][0], actual[i][0], 2e-3f);
    }

    [Fact]
    public void One_row_for_each_class_is_learned_with_the_strength_in_the_middle()
    {
        var (features, labels) = HeadProblem.Clouds(6, 40, 6, 1, seed: 1);
        var head = LinearHead.Fit(features, labels, 6);
        Assert.Empty(head.Selection);
        Assert.Equal(0.03, head.RegularizationStrength);
        Assert.Equal(1, HeadProblem.Accuracy(head.Probabilities(features), labels));
    }

    [Fact]
    public void Identical_rows_of_different_classes_share_the_probability()
    {
        var features = HeadProblem.Matrix([1, 2], [1, 2], [-3, 0], [-3, 0]);
        var probabilities = LinearHead.Fit(features, [0, 1, 2, 2], 3, options: Weak).Probabilities(features);
        Assert.Equal(0.5f, probabilities[0][0], 0.01f);
        Assert.Equal(probabilities[0][0], probabilities[1][1], 1e-3f);
        Assert.True(probabilities[2][2] > 0.95f);
    }

    [Fact]
    public void Probabilities_of_far_away_rows_are_finite_and_sum_to_one()
    {
        var (features, labels) = HeadProblem.Clouds(60, 3, 3, 2, seed: 10);
        var far = HeadProblem.Matrix([1e6f, -1e6f, 1e6f], [0, 0, 0]);
        var probabilities = LinearHead.Fit(features, labels, 3).Probabilities(far);
        Assert.Equal(1, probabilities[0].ToArray().Sum(), 1e-5f);
        Assert.Equal(1, probabilities[1].ToArray().Sum(), 1e-5f);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_feature_that_is_not_finite_is_refused_with_its_row(float value)
    {
        var (features, labels) = HeadProblem.Clouds(6, 4, 2, 1, seed: 1);
        features.RowForWriting(3)[2] = value;
        string message = Assert.Throws<ArgumentException>(() => LinearHead.Fit(features, labels, 2)).Message;
        Assert.Contains("Feature 2 of training row 3", message, StringComparison.Ordinal);
        var (good, _) = HeadProblem.Clouds(6, 4, 2, 1, seed: 1);
        message = Assert.Throws<ArgumentException>(() => LinearHead.Fit(good, labels, 2, features, labels)).Message;
        Assert.Contains("Feature 2 of validation row 3", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_labels_and_classes_that_do_not_fit_are_refused()
    {
        var (features, labels) = HeadProblem.Clouds(6, 4, 2, 1, seed: 1);
        Refused("6 training rows but 5 labels", () => LinearHead.Fit(features, labels.AsSpan(0, 5), 2));
        Refused("label of training row 1 is 7", () => LinearHead.Fit(features, [0, 7, 0, 1, 0, 1], 2));
        Refused("Class 2 of 3 has no training row", () => LinearHead.Fit(features, labels, 3));
        Refused("two classes or more", () => LinearHead.Fit(features, new int[6], 1));
        Refused("3 columns", () => LinearHead.Fit(features, labels, 2, new FeatureMatrix(1, 3), [0]));
        Refused("1 validation rows but 0 labels", () => LinearHead.Fit(features, labels, 2, new FeatureMatrix(1, 4)));
        Refused("4 features, not to 3", () => LinearHead.Fit(features, labels, 2).Probabilities(new FeatureMatrix(1, 3)));

        static void Refused(string part, Action action) =>
            Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_listed_together()
    {
        var options = new LinearHeadOptions
        {
            RegularizationStrengths = [1, 0],
            Folds = 1,
            SufficientValidationRows = 0,
            Threads = 0,
            Balance = (ClassBalance)9,
        };
        var (features, labels) = HeadProblem.Clouds(6, 4, 2, 1, seed: 1);
        string message = Assert.Throws<ArgumentException>(() => LinearHead.Fit(features, labels, 2, options: options)).Message;
        foreach (string name in new[] { "Strengths", "Folds", "SufficientValidationRows", "Threads", "Balance" })
            Assert.Contains(name, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancellation_in_the_middle_of_the_search_is_prompt_and_not_wrapped()
    {
        var (features, labels) = HeadProblem.Clouds(300, 100, 3, 0.2, seed: 1);
        using var source = new CancellationTokenSource();
        var progress = new ListProgress(_ => source.Cancel());
        Assert.ThrowsAny<OperationCanceledException>(
            () => LinearHead.Fit(features, labels, 3, options: new() { Threads = 2 }, progress: progress, cancellationToken: source.Token));
        Assert.Single(progress.Values);
    }

    [Fact]
    public void Progress_rises_to_one()
    {
        var (features, labels) = HeadProblem.Clouds(60, 10, 3, 0.2, seed: 1);
        var progress = new ListProgress();
        LinearHead.Fit(features, labels, 3, progress: progress);
        Assert.True(progress.Values.Count > 3);
        Assert.Equal(progress.Completed.Order(), progress.Completed);
        Assert.Equal(1, progress.Values[^1].Fraction);
        Assert.All(progress.Values, value => Assert.Equal(TransferStage.FitHead, value.Stage));
    }

    [Fact]
    public void The_appended_head_computes_the_same_scores_in_onnx_runtime()
    {
        var (features, labels) = HeadProblem.Clouds(40, 7, 3, 1, seed: 14);
        var head = LinearHead.Fit(features, labels, 3);
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "head" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        var graph = new GraphBuilder(model.Graph, "head/");
        string logits = head.AppendTo(graph, graph.Input("features", TensorProto.Types.DataType.Float, null, 7));
        graph.Output(graph.AddNamed("probabilities", "Softmax", [logits]), TensorProto.Types.DataType.Float, null, 3);

        using var session = new InferenceSession(model.ToByteArray());
        using var input = OrtValue.CreateTensorValueFromMemory(features.Values.ToArray(), [40, 7]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["features"], [input], ["probabilities"]);
        var expected = head.Probabilities(features).Values.ToArray();
        Assert.All(outputs[0].GetTensorDataAsSpan<float>().ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
    }

    /// <summary>The gradient in the standardised features, straight from the definition and in double precision.</summary>
    private static double GradientLength(LinearHead head, FeatureMatrix features, int[] labels, double[] rowWeights, double strength)
    {
        var standardization = Standardization.Measure(features);
        var x = standardization.Apply(features);
        var probabilities = head.Probabilities(features);
        double squares = 0;
        for (int c = 0; c < head.ClassCount; c++)
        {
            for (int k = -1; k < features.Columns; k++)
            {
                double gradient = k < 0 ? 0 : strength * head.Weights[(c * features.Columns) + k] / standardization.Factors[k];
                for (int i = 0; i < labels.Length; i++)
                    gradient += rowWeights[i] * (probabilities[i][c] - (labels[i] == c ? 1 : 0)) * (k < 0 ? 1 : x[i][k]);
                squares += gradient * gradient;
            }
        }

        return Math.Sqrt(squares);
    }
}
