namespace TransferLearning.Tests.Training;

public sealed class LearningRateScheduleTests
{
    private const int Steps = 10;
    private const int Epochs = 10;

    [Fact]
    public void Constant_stays() => Assert.All(Factors(LearningRateSchedule.Constant), factor => Assert.Equal(1, factor));

    [Fact]
    public void Step_falls_after_every_few_epochs()
    {
        var schedule = LearningRateSchedule.Step(epochs: 4, factor: 0.5);
        Assert.Equal(1, At(schedule, 39));
        Assert.Equal(0.5, At(schedule, 40));
        Assert.Equal(0.5, At(schedule, 79));
        Assert.Equal(0.25, At(schedule, 80));
    }

    [Fact]
    public void Cosine_falls_from_one_to_the_given_rest()
    {
        var schedule = LearningRateSchedule.Cosine(final: 0.2);
        Assert.Equal(1, At(schedule, 0));
        Assert.Equal(0.6, At(schedule, 50), 1e-12);
        Assert.Equal(0.2, At(schedule, 100), 1e-12);
        Assert.Equal(Factors(schedule), Factors(schedule).OrderDescending());
    }

    [Fact]
    public void One_cycle_rises_from_a_25th_and_falls_to_nearly_nothing()
    {
        var schedule = LearningRateSchedule.OneCycle(rise: 0.3);
        Assert.Equal(0.04, At(schedule, 0), 1e-12);
        Assert.Equal(1, At(schedule, 30), 1e-12);
        Assert.InRange(At(schedule, 99), 0, 0.001);
        Assert.Equal(30, Factors(schedule).ToList().IndexOf(Factors(schedule).Max()));
    }

    [Fact]
    public void Warm_up_rises_in_a_line_above_zero_and_the_rest_ends_where_it_would()
    {
        var schedule = LearningRateSchedule.Cosine().WithWarmUp(0.1);
        double[] factors = [.. Factors(schedule)];
        for (int i = 0; i < 10; i++)
            Assert.Equal((i + 1) / 11.0, factors[i], 1e-12);
        Assert.Equal(1, factors[10]);
        Assert.InRange(factors[99], 0, 0.001);
    }

    [Fact]
    public void Words_are_the_same_in_every_culture_and_tell_all_settings()
    {
        Assert.Equal("cosine 0.25 after warm-up 0.1", LearningRateSchedule.Cosine(0.25).WithWarmUp(0.1).ToString());
        Assert.Equal("one-cycle 0.25", LearningRateSchedule.OneCycle().ToString());
        Assert.Equal("step 3 0.1", LearningRateSchedule.Step(3).ToString());
    }

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Step(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Step(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Cosine(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.OneCycle(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Constant.WithWarmUp(1));
    }

    private static double At(LearningRateSchedule schedule, long step) => schedule.Factor(step, Steps, Epochs);

    private static IEnumerable<double> Factors(LearningRateSchedule schedule) =>
        Enumerable.Range(0, Steps * Epochs).Select(step => At(schedule, step));
}
