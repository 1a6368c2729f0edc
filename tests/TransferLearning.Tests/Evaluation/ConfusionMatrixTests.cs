namespace TransferLearning.Tests.Evaluation;

public sealed class ConfusionMatrixTests
{
    [Fact]
    public void Counts_are_by_actual_and_then_predicted_class()
    {
        var matrix = Matrix([0, 0, 0, 1, 2], [0, 1, 1, 1, 0]);
        Assert.Equal(2, matrix[0, 1]);
        Assert.Equal(0, matrix[1, 0]);
        Assert.Equal(1, matrix[2, 0]);
        Assert.Equal(3, matrix.ActualCount(0));
        Assert.Equal(3, matrix.PredictedCount(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix[0, 3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix[-1, 0]);
    }

    [Fact]
    public void Mistakes_come_most_frequent_first_and_right_answers_never()
    {
        var matrix = Matrix([0, 0, 0, 1, 2], [0, 1, 1, 1, 0]);
        Assert.Equal([Mistake("a", "b", 2), Mistake("c", "a", 1)], matrix.MostFrequentMistakes(10));
        Assert.Equal([Mistake("a", "b", 2)], matrix.MostFrequentMistakes(1));
        Assert.Empty(Matrix([0, 1, 2], [0, 1, 2]).MostFrequentMistakes(10));
    }

    private static Confusion Mistake(string actual, string predicted, int count) =>
        new() { Actual = actual, Predicted = predicted, Count = count };

    private static ConfusionMatrix Matrix(int[] actual, int[] predicted)
    {
        var probabilities = new FeatureMatrix(actual.Length, 3);
        for (int i = 0; i < actual.Length; i++)
            probabilities.RowForWriting(i)[predicted[i]] = 1;
        return ClassificationReport.Create(actual, probabilities, ["a", "b", "c"]).ConfusionMatrix;
    }
}
