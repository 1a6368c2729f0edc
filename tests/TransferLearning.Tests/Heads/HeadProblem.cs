namespace TransferLearning.Tests.Heads;

/// <summary>Seeded made-up problems: clouds of points around one centre for each class.</summary>
internal static class HeadProblem
{
    /// <summary>Rows of the classes in turn, around random centres.</summary>
    public static (FeatureMatrix Features, int[] Labels) Clouds(int rows, int columns, int classes, double distance, int seed)
    {
        var random = new Random(seed);
        var centres = new double[classes, columns];
        for (int c = 0; c < classes; c++)
        {
            for (int k = 0; k < columns; k++)
                centres[c, k] = distance * Normal(random);
        }

        var features = new FeatureMatrix(rows, columns);
        var labels = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            labels[i] = i % classes;
            var row = features.RowForWriting(i);
            for (int k = 0; k < columns; k++)
                row[k] = (float)(centres[labels[i], k] + Normal(random));
        }

        return (features, labels);
    }

    /// <summary>A matrix of the given rows.</summary>
    public static FeatureMatrix Matrix(params float[][] rows)
    {
        var matrix = new FeatureMatrix(rows.Length, rows[0].Length);
        for (int i = 0; i < rows.Length; i++)
            rows[i].CopyTo(matrix.RowForWriting(i));
        return matrix;
    }

    /// <summary>The share of rows whose most probable class is right.</summary>
    public static double Accuracy(FeatureMatrix probabilities, int[] labels) =>
        (double)Enumerable.Range(0, labels.Length).Count(
            i => System.Numerics.Tensors.TensorPrimitives.IndexOfMax(probabilities[i]) == labels[i]) / labels.Length;

    /// <summary>A normally distributed number (Box and Muller).</summary>
    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
