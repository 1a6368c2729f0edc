namespace TransferLearning.Tests.Heads;

/// <summary>Rows of a group (a film, a patient) are never on both sides of a cross-validation.</summary>
public sealed class GroupedRowsTests
{
    private const int Groups = 24;
    private const int RowsOfGroup = 8;

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    public void Folds_keep_groups_whole_and_leave_every_class_to_train_on(int folds)
    {
        // Group 0 has images of three classes, the class 3 has a single group, and row 50 has no group.
        int[] labels = [.. Enumerable.Range(0, 60).Select(row => row >= 55 ? 3 : row < 5 ? row % 3 : row / 5 % 3)];
        string?[] names = [.. Enumerable.Range(0, 60).Select(row => row == 50 ? null : $"film {row / 5}")];
        int[] groups = RowGroups.Of(names)!;
        int[] assigned = StratifiedFolds.Assign(labels, 4, folds, seed: 1, groups);
        Assert.Equal(assigned, StratifiedFolds.Assign(labels, 4, folds, seed: 1, groups));
        Assert.NotEqual(assigned, StratifiedFolds.Assign(labels, 4, folds, seed: 2, groups));
        Assert.All(Enumerable.Range(0, 60), row => Assert.Equal(assigned[groups[row]], assigned[row]));
        Assert.All(Enumerable.Range(55, 5), row => Assert.Equal(StratifiedFolds.Never, assigned[row]));
        Assert.True(assigned.Count(fold => fold == StratifiedFolds.Never) <= 10);
        for (int fold = 0; fold < folds; fold++)
            Assert.Equal(4, Enumerable.Range(0, 60).Where(row => assigned[row] != fold).Select(row => labels[row]).Distinct().Count());
    }

    [Fact]
    public void Views_of_a_choice_keep_their_groups()
    {
        int[] groups = RowGroups.Of(["a", null, "b", "a", "b"])!;
        Assert.Equal([0, 1, 2, 0, 2], groups);
        Assert.Equal([0, 1, 0], RowGroups.Select(groups, [3, 1, 0])!);
        Assert.Equal([0, 1, 2, 0, 2], RowGroups.Number(groups, 5));
        Assert.Null(RowGroups.Of((string?[])[null, null]));
    }

    [Fact]
    public void A_leak_between_folds_would_choose_a_weaker_penalty_and_promise_more()
    {
        var (features, labels, names) = Films(seed: 1);
        var (others, otherLabels, _) = Films(seed: 2);
        var leaking = LinearHead.Fit(features, labels, 2);
        var grouped = LinearHead.Fit(features, labels, 2, groups: names);
        Assert.True(grouped.RegularizationStrength >= 10 * leaking.RegularizationStrength);
        Assert.True(LogLoss(grouped) < LogLoss(leaking) - 0.1);

        double promised = LinearHead.CrossValidate(features, labels, 2, groups: RowGroups.Of(names))!.Accuracy;
        double found = HeadProblem.Accuracy(grouped.Probabilities(others), otherLabels);
        Assert.True(LinearHead.CrossValidate(features, labels, 2)!.Accuracy > 0.99);
        Assert.InRange(promised, 0.4, 0.9);
        Assert.InRange(found, 0.4, 0.9);

        double LogLoss(LinearHead head) =>
            ClassificationReport.Create(otherLabels, head.Probabilities(others), ["a", "b"]).LogLoss;
    }

    [Fact]
    public void A_wrong_label_of_a_whole_film_is_not_confirmed_by_its_other_frames()
    {
        var (features, labels, names) = Films(seed: 3, signal: 6);
        int[] wrong = [.. labels.Select((label, row) => row < RowsOfGroup ? 1 - label : label)];
        var found = LabelErrors.Find(features, wrong, 2, seed: 0, RowGroups.Of(names), CancellationToken.None);
        Assert.Equal(RowsOfGroup, found.Count(suspect => suspect.Row < RowsOfGroup));
        Assert.DoesNotContain(
            LabelErrors.Find(features, wrong, 2, seed: 0, null, CancellationToken.None), suspect => suspect.Row < RowsOfGroup);
    }

    [Fact]
    public void Frames_of_few_films_do_not_show_that_a_temperature_helps()
    {
        // Twelve films, of which four are wrong with a margin of 3: overconfident, but twelve cannot show it.
        int[] film = [.. Enumerable.Range(0, 360).Select(row => row / 30)];
        var scores = HeadProblem.Matrix([.. film.Select(_ => new[] { 3f, 0f })]);
        int[] labels = [.. film.Select(number => number % 3 == 0 ? 1 : 0)];
        int[]? groups = RowGroups.Of([.. film.Select(number => $"film {number}")]);
        Assert.NotNull(TemperatureScaling.FitWhereUseful(scores, labels, areProbabilities: false));
        Assert.Null(TemperatureScaling.FitWhereUseful(scores, labels, areProbabilities: false, groups));
    }

    [Fact]
    public void What_fine_tuning_holds_out_has_whole_groups()
    {
        var (features, labels, names) = Films(seed: 4);
        var examples = new TrainingExamples(features, labels) { Groups = RowGroups.Of(names) };
        var parts = HeldOutPart.Split(examples, 2, new FineTuningOptions())!;
        Assert.Equal(examples.Count, parts.Train.Count + parts.Held.Count);
        Assert.InRange(parts.Held.Count, 2 * RowsOfGroup, 3 * RowsOfGroup);
        Assert.Equal(parts.Held.Count / RowsOfGroup, parts.Held.Groups!.Distinct().Count());
        Assert.Equal(2, parts.Held.Labels.Distinct().Count());

        var oneOfEach = new TrainingExamples(features, labels) { Groups = RowGroups.Of([.. labels.Select(label => $"{label}")]) };
        Assert.Null(HeldOutPart.Split(oneOfEach, 2, new FineTuningOptions()));
    }

    /// <summary>Films of two classes: the frames of one are nearly equal, and a single weak feature tells the classes apart.</summary>
    private static (FeatureMatrix Features, int[] Labels, string[] Names) Films(int seed, double signal = 1)
    {
        var random = new Random(seed);
        var features = new FeatureMatrix(Groups * RowsOfGroup, 60);
        int[] labels = [.. Enumerable.Range(0, features.Rows).Select(row => row / RowsOfGroup % 2)];
        double[] film = [];
        for (int row = 0; row < features.Rows; row++)
        {
            if (row % RowsOfGroup == 0)
                film = [.. Enumerable.Range(0, features.Columns).Select(_ => HeadProblem.Normal(random))];
            var values = features.RowForWriting(row);
            for (int k = 0; k < values.Length; k++)
                values[k] = (float)(film[k] + (0.05 * HeadProblem.Normal(random)) + (k == 0 ? signal * ((2 * labels[row]) - 1) : 0));
        }

        return (features, labels, [.. Enumerable.Range(0, features.Rows).Select(row => $"film {row / RowsOfGroup}")]);
    }
}
