namespace TransferLearning;

/// <summary>Assigns images to folds of equal size with equal class proportions, and keeps groups together.</summary>
internal static class GroupedFolds
{
    /// <summary>The fold of each file.</summary>
    /// <param name="files">The files; their keys and the seed decide the order in which they are assigned.</param>
    /// <param name="labels">The label of each file.</param>
    /// <param name="firstOfEach">For each file the index of the first file of its group.</param>
    /// <param name="folds">The number of folds.</param>
    /// <param name="seed">Another seed gives other folds.</param>
    public static int[] Assign(IReadOnlyList<FoundFile> files, IReadOnlyList<int> labels, int[] firstOfEach, int folds, int seed)
    {
        int[] assigned = new int[files.Count];
        int[] sizes = new int[folds];
        int[][] sizesOfClass = [.. Enumerable.Range(0, labels.DefaultIfEmpty().Max() + 1).Select(_ => new int[folds])];
        foreach (var ofClass in ImageGroup.Of(firstOfEach, labels).GroupBy(group => group.Stratum).OrderBy(group => group.Key))
        {
            // Large groups first: the small ones then balance the folds.
            foreach (var group in ImageGroup.Shuffle(ofClass, files, seed).OrderByDescending(group => group.Files.Length))
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
