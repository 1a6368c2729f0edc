using System.Globalization;

namespace TransferLearning.Tests.Training;

public sealed class TrainingHistoryTests
{
    private static readonly TrainingHistory History = new(
    [
        new EpochLog
        {
            Epoch = 1,
            Loss = 1.5,
            Accuracy = 0.5,
            ValidationLoss = 0.75,
            ValidationAccuracy = 0.25,
            LearningRate = 0.01,
            Seconds = 2.5,
        },
        new EpochLog
        {
            Epoch = 2,
            Loss = 0.1,
            Accuracy = 0.9,
            ValidationLoss = 0.5,
            ValidationAccuracy = 0.75,
            LearningRate = 0.001,
            Seconds = 2,
        },
        new EpochLog
        {
            Epoch = 3,
            Loss = 0.05,
            Accuracy = 1,
            ValidationLoss = 0.5,
            ValidationAccuracy = 0.5,
            LearningRate = 1e-05,
            Seconds = 2,
        },
    ]);

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    public void Files_are_the_same_in_every_culture(string name)
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(name);
            Assert.Equal(
                "epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds\n" +
                "1,1.5,0.5,0.75,0.25,0.01,2.500\n2,0.1,0.9,0.5,0.75,0.001,2.000\n3,0.05,1,0.5,0.5,1E-05,2.000\n",
                History.ToCsv());
            Assert.StartsWith(
                
                """[{"epoch":1,"loss":1.5,"accuracy":0.5,"val_loss":0.75,"val_accuracy":0.25,"learning_rate":0.01,"seconds":2.5},""",
                History.ToJson(),
                StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Json_is_read_back() => Assert.Equal(History, TrainingHistory.FromJson(History.ToJson()));

    [Fact]
    public void Without_validation_its_columns_are_empty()
    {
        var history = new TrainingHistory([new EpochLog { Epoch = 1, Loss = 1.5, Accuracy = 0.5, LearningRate = 0.01, Seconds = 1 }]);
        Assert.EndsWith("1,1.5,0.5,,,0.01,1.000\n", history.ToCsv(), StringComparison.Ordinal);
        Assert.Null(history.Best(TrainingMetric.ValidationLoss));
        Assert.Equal(history, TrainingHistory.FromJson(history.ToJson()));
    }

    [Fact]
    public void The_best_epoch_is_the_earliest_of_equals()
    {
        Assert.Equal(2, History.Best(TrainingMetric.ValidationLoss)!.Epoch);
        Assert.Equal(2, History.Best(TrainingMetric.ValidationAccuracy)!.Epoch);
        Assert.Equal(3, History.Best(TrainingMetric.Loss)!.Epoch);
    }

    [Fact]
    public void Early_stopping_waits_as_long_as_its_patience()
    {
        var stopping = new EarlyStopping { Metric = TrainingMetric.ValidationAccuracy, Patience = 1 };
        Assert.False(stopping.ShouldStop([.. History.Take(2)], epochs: 9));
        Assert.True(stopping.ShouldStop([.. History], epochs: 9));
        Assert.False((stopping with { Patience = 2 }).ShouldStop([.. History], epochs: 9));
        Assert.True((stopping with { MinimumDelta = 0.6 }).ShouldStop([.. History.Take(2)], epochs: 9));
    }

    [Fact]
    public void Patience_grows_with_the_number_of_epochs()
    {
        var stopping = new EarlyStopping { Metric = TrainingMetric.ValidationAccuracy, MinimumDelta = 0.6 };
        Assert.False(stopping.ShouldStop([.. History.Take(2)], epochs: 6));
        Assert.True(stopping.ShouldStop([.. History], epochs: 6));
        Assert.False(stopping.ShouldStop([.. History], epochs: 9));
    }

    [Fact]
    public void Plateaus_lower_the_rate_once_for_each_patience()
    {
        var plateau = new ReduceOnPlateau { Patience = 2, Factor = 0.5 };
        double[] losses = [1, 0.5, 0.5, 0.6, 0.4, 0.4, 0.4, 0.4, 0.4];
        EpochLog[] epochs = [.. losses.Select((loss, i) => Epoch(i + 1, loss))];
        double[] expected = [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125];
        Assert.Equal(expected, Enumerable.Range(0, 10).Select(count => plateau.FactorAfter([.. epochs.Take(count)])));
    }

    private static EpochLog Epoch(int number, double validationLoss) =>
        new() { Epoch = number, Loss = 0, Accuracy = 0, ValidationLoss = validationLoss, LearningRate = 0, Seconds = 0 };
}
