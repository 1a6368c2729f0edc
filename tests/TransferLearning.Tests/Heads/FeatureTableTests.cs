namespace TransferLearning.Tests.Heads;

public sealed class FeatureTableTests
{
    [Fact]
    public void Rows_come_back_alone_and_in_parts()
    {
        var (features, labels) = HeadProblem.Clouds(1000, 300, 4, 1, seed: 2);
        using var table = Table(features, labels, Enumerable.Range(0, 1000));
        Assert.Equal(labels, table.Labels);
        Assert.Equal(features[777].ToArray(), table.Select([777])[0].ToArray());
        int seen = 0;
        foreach (var (first, part) in table.InParts(96, null, 2, CancellationToken.None))
        {
            for (int i = 0; i < part.Rows; i++)
                Assert.Equal(features[first + i].ToArray(), part[i].ToArray());
            seen += part.Rows;
        }

        Assert.Equal(1000, seen);
    }

    [Fact]
    public void Bad_rows_are_refused_and_the_file_is_gone_afterwards()
    {
        using var folder = new TestSupport.TemporaryFolder();
        using (var table = new FeatureTable(3, folder.Path))
        {
            table.Add([1, 2, 3], 0);
            if (!OperatingSystem.IsWindows())
                Assert.Empty(Directory.EnumerateFiles(folder.Path));
            Assert.Throws<ArgumentException>(() => table.Add([1, 2], 0));
            Assert.Throws<ArgumentException>(() => table.Add([1, float.NaN, 3], 0));
            Assert.Throws<ArgumentOutOfRangeException>(() => table.Add([1, 2, 3], -1));
            Assert.Equal(1, table.Rows);
            Assert.Contains("Class 1", Refused(() => HeadData.Check(table, 2, null)), StringComparison.Ordinal);
            table.Add([4, 5, 6], 5);
            Assert.Contains("label is 5", Refused(() => HeadData.Check(table, 2, null)), StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFiles(folder.Path));

        static string Refused(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;
    }

    [Theory]
    [InlineData(ClassBalance.AsCounted)]
    [InlineData(ClassBalance.Equal)]
    public void A_head_on_streamed_rows_is_as_right_as_one_in_memory_on_any_number_of_threads(ClassBalance balance)
    {
        var (features, labels) = HeadProblem.Clouds(6000, 60, 10, 0.25, seed: 4);
        int[] train = [.. Enumerable.Range(0, 4000)];
        int[] held = [.. Enumerable.Range(4000, 1000)];
        int[] test = [.. Enumerable.Range(5000, 1000)];
        int[] testLabels = [.. test.Select(row => labels[row])];
        var options = new LinearHeadOptions { Balance = balance };
        using var trainTable = Table(features, labels, train);
        using var heldTable = Table(features, labels, held);

        var whole = LinearHead.Fit(
            features.Select(train), labels.AsSpan(0, 4000), 10, features.Select(held), [.. held.Select(row => labels[row])], options);
        var streamed = Stream(threads: 1);
        Assert.Equal(streamed.Weights, Stream(threads: 2).Weights);
        Assert.True(streamed.Iterations > 0);
        var expected = ClassificationReport.Create(testLabels, whole.Probabilities(features.Select(test)), Names);
        var actual = ClassificationReport.Create(testLabels, streamed.Probabilities(features.Select(test)), Names);
        Assert.Equal(expected.Accuracy, actual.Accuracy, 0.01);
        Assert.Equal(expected.LogLoss, actual.LogLoss, 0.02);

        // The sample alone is worse: the other rows were learned from.
        var ofSample = LinearHead.Fit(features.Select(train.AsSpan(0, 400)), labels.AsSpan(0, 400), 10, options: options);
        Assert.True(
            ClassificationReport.Create(testLabels, ofSample.Probabilities(features.Select(test)), Names).LogLoss > 1.1 * actual.LogLoss);

        LinearHead Stream(int threads) => LinearHead.Fit(
            trainTable, 10, heldTable, options with { Threads = threads }, 400 * 60, null, CancellationToken.None);
    }

    [Fact]
    public void Rows_that_fit_in_memory_give_the_head_in_memory()
    {
        var (features, labels) = HeadProblem.Clouds(200, 20, 3, 0.5, seed: 6);
        using var table = Table(features, labels, Enumerable.Range(0, 200));
        var streamed = LinearHead.Fit(table, 3, null, null, StreamedHead.NumbersOfSample, null, CancellationToken.None);
        Assert.Equal(LinearHead.Fit(features, labels, 3).Weights, streamed.Weights);
    }

    [Fact]
    public void A_hidden_layer_learns_the_same_from_a_table_as_from_memory()
    {
        var (features, labels) = HeadProblem.Clouds(300, 20, 3, 0.5, seed: 6);
        using var table = Table(features, labels, Enumerable.Range(0, 300));
        var options = new MlpHeadOptions { Units = 8, Epochs = 3 };
        var expected = MlpHead.Fit(features, labels, 3, null, null, options).Probabilities(features);
        var actual = MlpHead.Fit(table, 3, null, options, null, CancellationToken.None).Probabilities(features);
        Assert.All(expected.Values.ToArray().Zip(actual.Values.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    private static string[] Names { get; } = [.. Enumerable.Range(0, 10).Select(c => $"c{c}")];

    private static FeatureTable Table(FeatureMatrix features, int[] labels, IEnumerable<int> rows)
    {
        var table = new FeatureTable(features.Columns);
        foreach (int row in rows)
            table.Add(features[row], labels[row]);
        return table;
    }
}
