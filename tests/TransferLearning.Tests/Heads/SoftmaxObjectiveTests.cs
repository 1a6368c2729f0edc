namespace TransferLearning.Tests.Heads;

public sealed class SoftmaxObjectiveTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_gradient_is_the_central_difference_along_any_direction(bool byRows)
    {
        var (objective, random) = Objective(byRows);
        for (int trial = 0; trial < 10; trial++)
        {
            var gradient = MetricVector.Zero(objective.Length, objective.HasImages);
            objective.Gradient(gradient);
            var direction = Direction(objective, random);
            objective.Face(direction);
            double difference = (objective.Along(1e-3).Value - objective.Along(-1e-3).Value) / 2e-3;
            Assert.Equal(difference, MetricVector.Dot(gradient, direction), 2e-5);
            Assert.Equal(difference, objective.Along(0).Slope, 2e-5);
            objective.Move(0.3);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_value_is_the_penalised_cross_entropy(bool byRows)
    {
        var (objective, random) = Objective(byRows);
        for (int step = 0; step < 5; step++)
        {
            objective.Face(Direction(objective, random));
            objective.Move(0.2);
        }

        objective.Face(MetricVector.Zero(objective.Length, objective.HasImages));
        Assert.Equal(ValueByDefinition(objective, byRows), objective.Along(0).Value, 1e-5);
    }

    [Fact]
    public void Scores_far_from_zero_neither_overflow_nor_lose_the_loss()
    {
        var features = HeadProblem.Matrix([1f], [-1f]);
        var objective = new SoftmaxObjective(new PrimalSpace(features, null), [0, 1], [0.5, 0.5], [0, 0], 1) { Strength = 1e-9 };
        double[] direction = [1, -1, 0, 0];
        objective.Face(new MetricVector(direction, direction));
        Assert.Equal(2000, objective.Along(-1000).Value, 1.0);
        Assert.Equal(0, objective.Along(1000).Value, 2e-3);
    }

    private static (SoftmaxObjective Objective, Random Random) Objective(bool byRows)
    {
        var (features, labels) = HeadProblem.Clouds(40, 12, 3, 0.5, seed: 2);
        var space = new HeadSpace(features, byRows, 1, CancellationToken.None);
        double[] weights = [.. labels.Select((_, i) => (1 + (i % 4)) / 100.0)];
        return (new SoftmaxObjective(space.Everything(), labels, weights, [0.1, -0.3, 0.2], 1) { Strength = 0.07 }, new Random(5));
    }

    /// <summary>A direction whose image is what the space makes of its numbers.</summary>
    private static MetricVector Direction(SoftmaxObjective objective, Random random)
    {
        var (features, _) = HeadProblem.Clouds(40, 12, 3, 0.5, seed: 2);
        var direction = MetricVector.Zero(objective.Length, objective.HasImages);
        for (int i = 0; i < direction.Numbers.Length; i++)
            direction.Numbers[i] = (float)(0.1 * HeadProblem.Normal(random));
        if (!objective.HasImages)
            return direction;
        float[] coefficients = [.. direction.Numbers[..^3].Select(value => (float)value)];
        Array.Clear(direction.Numbers, 0, coefficients.Length);
        new HeadSpace(features, true, 1, CancellationToken.None).Everything().AddRows(
            coefficients, direction.Numbers.AsMemory(0, coefficients.Length), direction.Image.AsMemory(0, coefficients.Length), 1);
        direction.Numbers.AsSpan(coefficients.Length).CopyTo(direction.Image.AsSpan(coefficients.Length));
        return direction;
    }

    private static double ValueByDefinition(SoftmaxObjective objective, bool byRows)
    {
        var (features, labels) = HeadProblem.Clouds(40, 12, 3, 0.5, seed: 2);
        var space = new HeadSpace(features, byRows, 1, CancellationToken.None);
        var x = space.Standardization.Apply(features);
        double[] weights = space.Weights(objective.Weights, 3);
        double value = 0.07 / 2 * weights.Sum(weight => weight * weight);
        for (int i = 0; i < labels.Length; i++)
        {
            var scores = new double[3];
            for (int c = 0; c < 3; c++)
            {
                scores[c] = objective.Bias[c];
                for (int k = 0; k < x.Columns; k++)
                    scores[c] += weights[(c * x.Columns) + k] * x[i][k];
            }

            value += (1 + (i % 4)) / 100.0 * (Math.Log(scores.Sum(Math.Exp)) - scores[labels[i]]);
        }

        return value;
    }
}
