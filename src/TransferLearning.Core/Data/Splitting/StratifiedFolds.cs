namespace TransferLearning;

/// <summary>
/// Assigns rows to the folds of a cross-validation so that every fold has the same share of each class, as far as possible.
/// </summary>
internal static class StratifiedFolds
{
    /// <summary>The fold of a row that is never held out, because nothing else of its class would be left.</summary>
    public const int Never = -1;

    /// <summary>Assigns each row the fold in which it is held out, or <see cref="Never"/>.</summary>
    /// <param name="labels">One class index for each row.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="folds">The number of folds.</param>
    /// <param name="seed">Decides the order in which the rows of a class are assigned.</param>
    /// <param name="groups">The groups of rows that are held out together (see <see cref="RowGroups"/>); null for none.</param>
    public static int[] Assign(ReadOnlySpan<int> labels, int classCount, int folds, int seed, int[]? groups = null)
    {
        if (groups is not null)
            return AssignGroups(groups, labels.ToArray(), classCount, folds, seed);
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

    private static int[] AssignGroups(int[] rows, int[] labels, int classCount, int folds, int seed)
    {
        var groups = ImageGroup.Of(rows, labels);
        int[] fold = GroupedFolds.Assign(ImageGroup.Shuffle(groups, seed), labels, folds);
        for (int label = 0; label < classCount; label++)
        {
            var ofClass = groups.Where(group => group.Labels.Contains(label)).ToList();
            var held = ofClass.Select(group => fold[group.Files[0]]).Distinct().ToList();

            // All of the class in one fold would leave none of it to train on there.
            if (held is [not Never])
            {
                foreach (int row in ofClass.MinBy(group => group.Files.Length)!.Files)
                    fold[row] = Never;
            }
        }

        return fold;
    }
}
