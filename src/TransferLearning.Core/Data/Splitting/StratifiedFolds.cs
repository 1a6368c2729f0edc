namespace TransferLearning;

/// <summary>
/// Assigns rows to the folds of a cross-validation so that every fold has the same share of each class, as far as possible.
/// </summary>
internal static class StratifiedFolds
{
    /// <summary>The fold of a row that is never held out, because it is the only one of its class.</summary>
    public const int Never = -1;

    /// <summary>Assigns each row the fold in which it is held out, or <see cref="Never"/>.</summary>
    /// <param name="labels">One class index for each row.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="folds">The number of folds.</param>
    /// <param name="seed">Decides the order in which the rows of a class are assigned.</param>
    public static int[] Assign(ReadOnlySpan<int> labels, int classCount, int folds, int seed)
    {
        var result = new int[labels.Length];
        Array.Fill(result, Never);
        int next = 0;
        foreach (var rows in Strata.Shuffle(labels, classCount, seed).Where(rows => rows.Count > 1))
        {
            foreach (int row in rows)
                result[row] = next++ % folds;
        }

        return result;
    }
}
