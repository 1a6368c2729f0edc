namespace TransferLearning.Tests.Training;

public sealed class SeededRandomTests
{
    [Fact]
    public void The_same_stream_draws_the_same_numbers_and_another_one_others()
    {
        ulong[] first = Draw(new SeededRandom(1, RandomPurpose.Order, 5));
        Assert.Equal(first, Draw(new SeededRandom(1, RandomPurpose.Order, 5)));
        Assert.NotEqual(first, Draw(new SeededRandom(1, RandomPurpose.Order, 6)));
        Assert.NotEqual(first, Draw(new SeededRandom(1, RandomPurpose.Mixup, 5)));
        Assert.NotEqual(first, Draw(new SeededRandom(2, RandomPurpose.Order, 5)));

        static ulong[] Draw(SeededRandom random) => [.. Enumerable.Range(0, 4).Select(_ => random.NextUInt64())];
    }

    [Fact]
    public void Shuffling_permutes()
    {
        int[] values = [.. Enumerable.Range(0, 100)];
        new SeededRandom(0, RandomPurpose.Order).Shuffle(values);
        Assert.NotEqual(Enumerable.Range(0, 100), values);
        Assert.Equal(Enumerable.Range(0, 100), values.Order());
    }

    [Fact]
    public void Every_place_is_equally_likely()
    {
        int[] counts = new int[5];
        for (int seed = 0; seed < 5000; seed++)
        {
            int[] values = [0, 1, 2, 3, 4];
            new SeededRandom(seed, RandomPurpose.Order).Shuffle(values);
            counts[Array.IndexOf(values, 0)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void Normal_numbers_have_mean_0_and_variance_1()
    {
        var random = new SeededRandom(3, RandomPurpose.Weights);
        double[] numbers = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextGaussian())];
        Assert.InRange(numbers.Average(), -0.03, 0.03);
        Assert.InRange(numbers.Average(number => number * number), 0.96, 1.04);
    }

    [Fact]
    public void Uniform_numbers_stay_below_one()
    {
        var random = new SeededRandom(3, RandomPurpose.Dropout);
        Assert.All(Enumerable.Range(0, 1000).Select(_ => random.NextSingle()), number => Assert.True(number is >= 0 and < 1));
    }
}
