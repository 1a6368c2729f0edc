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

        RidgeFactor.Of(matrix, ridge, threads: 2)!.Solve(sides);
        for (int i = 0; i < sides.Length; i++)
            Assert.Equal(expected[i], sides[i], 2e-3);
    }

    [Fact]
    public void A_matrix_without_a_factor_gets_a_larger_ridge_and_one_that_is_not_finite_none()
    {
        var matrix = HeadProblem.Matrix([1, 2], [2, 1]);
        float[] side = [1, 1];
        RidgeFactor.Of(matrix, 1e-3, threads: 1)!.Solve(side);
        Assert.All(side, value => Assert.True(float.IsFinite(value)));
        Assert.Null(RidgeFactor.Of(HeadProblem.Matrix([float.NaN]), 1, threads: 1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_long_search_with_rough_fits_gives_the_head_of_a_fit_from_zero(bool validates)
    {
        // So many rows, classes and features that fits take turns, start from each other and are rough at first.
        var (all, labels) = HeadProblem.Clouds(4200, 400, 42, 0.25, seed: 6);
        int[] first = [.. Enumerable.Range(0, 3000)];
        int[] rest = [.. Enumerable.Range(3000, 1200)];
        var train = all.Select(first);
        var other = all.Select(rest);
        int[] trainLabels = labels[..3000];
        var searched = LinearHead.Fit(train, trainLabels, 42, validates ? other : null, validates ? labels[3000..] : null);
        Assert.True(searched.Selection.Count > 1);
        var alone = LinearHead.Fit(
            train, trainLabels, 42, options: new LinearHeadOptions { RegularizationStrengths = [searched.RegularizationStrength] });

        Assert.InRange(Loss(searched) / Loss(alone), 0.99, 1.01);
        int same = searched.Predict(other).Zip(alone.Predict(other)).Count(pair => pair.First == pair.Second);
        Assert.InRange(same, 1180, 1200);

        double Loss(LinearHead head)
        {
            var probabilities = head.Probabilities(other);
            return Enumerable.Range(0, other.Rows).Average(i => -Math.Log(Math.Max(probabilities[i][labels[3000 + i]], 1e-30)));
        }
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

        var with = Fit(new PrimalSpace(rows, Preconditioner.OfRows(rows, threads: 2, CancellationToken.None)));
        var without = Fit(new PrimalSpace(rows, null));
        double largest = without.Weights.ToArray().Max(Math.Abs);
        for (int i = 0; i < without.Weights.Length; i++)
            Assert.Equal(without.Weights[i], with.Weights[i], 0.01 * largest);
        Assert.True(2 * with.Iterations < without.Iterations, $"{with.Iterations} and {without.Iterations} steps");

        SoftmaxFit Fit(FeatureSpace space)
        {
            var fit = new SoftmaxFit(space, labels, 12, ClassBalance.AsCounted, null, [], threads: 2, new LbfgsVectors());
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
