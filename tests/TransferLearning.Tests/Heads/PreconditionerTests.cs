namespace TransferLearning.Tests.Heads;

public sealed class PreconditionerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(150)]
    public void Equations_with_a_ridge_are_solved(int size)
    {
        var (rows, _) = HeadProblem.Clouds(2 * size, size, 2, 1, seed: 3);
        var matrix = Moments(rows);
        const double ridge = 0.5;
        float[] expected = [.. HeadProblem.Clouds(37, size, 2, 1, seed: 4).Features.Values.ToArray()];
        float[] sides = new float[expected.Length];
        for (int c = 0; c < 37; c++)
        {
            for (int i = 0; i < size; i++)
            {
                double sum = ridge * expected[(c * size) + i];
                for (int k = 0; k < size; k++)
                    sum += (double)matrix[i][k] * expected[(c * size) + k];
                sides[(c * size) + i] = (float)sum;
            }
        }

        RidgeFactor.Of(matrix, ridge, threads: 2)!.Solve(sides, threads: 2);
        for (int i = 0; i < sides.Length; i++)
            Assert.Equal(expected[i], sides[i], 2e-3);
    }

    [Fact]
    public void A_matrix_without_a_factor_gets_a_larger_ridge_and_one_that_is_not_finite_none()
    {
        var matrix = HeadProblem.Matrix([1, 2], [2, 1]);
        float[] side = [1, 1];
        RidgeFactor.Of(matrix, 1e-3, threads: 1)!.Solve(side, threads: 1);
        Assert.All(side, value => Assert.True(float.IsFinite(value)));
        Assert.Null(RidgeFactor.Of(HeadProblem.Matrix([float.NaN]), 1, threads: 1));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.003)]
    public void The_minimum_is_the_same_and_takes_half_the_steps(double strength)
    {
        // Features of very different spread: without second derivatives that takes many steps.
        var (rows, labels) = HeadProblem.Clouds(900, 40, 12, 0.4, seed: 5);
        labels = [.. labels.Select((label, i) => i % 5 == 0 ? 0 : label)];
        for (int i = 0; i < rows.Rows; i++)
        {
            for (int k = 0; k < rows.Columns; k++)
                rows.RowForWriting(i)[k] *= 10f / (1 + k);
        }

        var with = Fit(new PrimalSpace(rows, Preconditioner.OfRows(rows, threads: 2)));
        var without = Fit(new PrimalSpace(rows, null));
        double largest = without.Weights.ToArray().Max(Math.Abs);
        for (int i = 0; i < without.Weights.Length; i++)
            Assert.Equal(without.Weights[i], with.Weights[i], 0.01 * largest);
        Assert.True(2 * with.Iterations < without.Iterations, $"{with.Iterations} and {without.Iterations} steps");

        SoftmaxFit Fit(FeatureSpace space)
        {
            var fit = new SoftmaxFit(space, labels, 12, ClassBalance.AsCounted, null, [], threads: 2);
            fit.Minimize(strength, 1e-5, 1000, CancellationToken.None);
            return fit;
        }
    }

    private static FeatureMatrix Moments(FeatureMatrix rows)
    {
        var moments = new FeatureMatrix(rows.Columns, rows.Columns);
        for (int i = 0; i < rows.Rows; i++)
        {
            for (int j = 0; j < rows.Columns; j++)
            {
                for (int k = 0; k < rows.Columns; k++)
                    moments.RowForWriting(j)[k] += rows[i][j] * rows[i][k] / rows.Rows;
            }
        }

        return moments;
    }
}
