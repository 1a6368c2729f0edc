namespace TransferLearning.Tests.Heads;

public sealed class LbfgsTests
{
    [Fact]
    public void The_minimum_of_a_curved_valley_is_found()
    {
        var valley = new Valley(dimensions: 20);
        var (iterations, length) = Lbfgs.Minimize(valley, 1e-8, 1000, null, CancellationToken.None);
        Assert.True(length <= 1e-8, $"gradient {length} after {iterations} steps");
        Assert.InRange(iterations, 10, 300);
        Assert.All(valley.Point, value => Assert.Equal(1, value, 1e-6));
    }

    [Fact]
    public void Steps_end_at_the_most_that_are_allowed()
    {
        var (iterations, length) = Lbfgs.Minimize(new Valley(20), 1e-8, 5, null, CancellationToken.None);
        Assert.Equal(5, iterations);
        Assert.True(length > 1e-8);
    }

    [Fact]
    public void A_goal_below_rounding_ends_without_a_loop()
    {
        var (iterations, length) = Lbfgs.Minimize(new Valley(4), 0, 100_000, null, CancellationToken.None);
        Assert.True(iterations < 1000, $"{iterations} steps");
        Assert.True(length < 1e-6, $"gradient {length}");
    }

    [Fact]
    public void Cancellation_stops_before_the_next_step() => Assert.Throws<OperationCanceledException>(
        () => Lbfgs.Minimize(new Valley(4), 1e-8, 100, null, new CancellationToken(canceled: true)));

    /// <summary>Rosenbrock's function, chained: Σ 100 (x_{i+1} − x_i²)² + (1 − x_i)², minimum 0 at (1, …, 1).</summary>
    private sealed class Valley : ILineObjective
    {
        private double[] _direction = [];

        public Valley(int dimensions)
        {
            Point = new double[dimensions];
            for (int i = 0; i < dimensions; i++)
                Point[i] = i % 2 == 0 ? -1.2 : 1;
        }

        public double[] Point { get; private set; }

        public int Length => Point.Length;

        public bool HasImages => false;

        public void Gradient(MetricVector gradient) => GradientAt(Point).CopyTo(gradient.Numbers, 0);

        public void Face(MetricVector direction) => _direction = direction.Numbers;

        public (double Value, double Slope) Along(double step)
        {
            double[] point = At(step);
            double value = 0;
            for (int i = 0; i + 1 < Length; i++)
                value += (100 * Math.Pow(point[i + 1] - (point[i] * point[i]), 2)) + Math.Pow(1 - point[i], 2);
            return (value, GradientAt(point).Zip(_direction, (slope, part) => slope * part).Sum());
        }

        public void Move(double step) => Point = At(step);

        private double[] At(double step) => [.. Point.Select((value, i) => value + (step * _direction[i]))];

        private static double[] GradientAt(double[] point)
        {
            var gradient = new double[point.Length];
            for (int i = 0; i + 1 < point.Length; i++)
            {
                double bend = point[i + 1] - (point[i] * point[i]);
                gradient[i] += (-400 * point[i] * bend) - (2 * (1 - point[i]));
                gradient[i + 1] += 200 * bend;
            }

            return gradient;
        }
    }
}
