namespace TransferLearning;

/// <summary>Deals rows out to the parts of a cross-validation so that every part has the same share of each class, as far as it can.</summary>
internal static class StratifiedFolds
{
    /// <summary>The part of a row that is in no part, because it is the only one of its class and must always be learned from.</summary>
    public const int Never = -1;

    /// <summary>Assigns each row the part in which it is held out, or <see cref="Never"/>.</summary>
    /// <param name="labels">One class index for each row.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="folds">The number of parts.</param>
    /// <param name="seed">Decides the order in which the rows of a class are dealt out.</param>
    public static int[] Assign(ReadOnlySpan<int> labels, int classCount, int folds, int seed)
    {
        var rowsOfClass = new List<int>[classCount];
        for (int c = 0; c < classCount; c++)
            rowsOfClass[c] = [];
        for (int i = 0; i < labels.Length; i++)
            rowsOfClass[labels[i]].Add(i);

        var result = new int[labels.Length];
        Array.Fill(result, Never);
        var random = new Random(seed);
        int next = 0;
        foreach (var rows in rowsOfClass)
        {
            if (rows.Count < 2)
                continue;
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows));
            foreach (int row in rows)
                result[row] = next++ % folds;
        }

        return result;
    }
}
