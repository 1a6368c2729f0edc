namespace TransferLearning;

/// <summary>Assigns images to folds of equal size with equal class proportions, and keeps groups together.</summary>
internal static class GroupedFolds
{
    /// <summary>The fold of each image.</summary>
    /// <param name="shuffled">The groups, in the order in which those of equal size are assigned.</param>
    /// <param name="labels">The label of each image.</param>
    /// <param name="folds">The number of folds.</param>
    public static int[] Assign(IEnumerable<ImageGroup> shuffled, IReadOnlyList<int> labels, int folds)
    {
        int[] assigned = new int[labels.Count];
        int[] sizes = new int[folds];
        int[][] sizesOfClass = [.. Enumerable.Range(0, labels.DefaultIfEmpty().Max() + 1).Select(_ => new int[folds])];
        foreach (var ofClass in shuffled.GroupBy(group => group.Stratum).OrderBy(group => group.Key))
        {
            // Large groups first: the small ones then balance the folds.
            foreach (var group in ofClass.OrderByDescending(group => group.Files.Length))
            {
                int fold = Enumerable.Range(0, folds)
                    .MinBy(f => (sizesOfClass[group.Stratum][f], group.Labels.Sum(label => sizesOfClass[label][f]), sizes[f], f));
                sizes[fold] += group.Files.Length;
                foreach (int file in group.Files)
                {
                    sizesOfClass[labels[file]][fold]++;
                    assigned[file] = fold;
                }
            }
        }

        return assigned;
    }
}
