namespace TransferLearning;

/// <summary>How many rows each class has, and what it counts in the loss.</summary>
internal static class ClassShares
{
    /// <summary>The number of rows of each class.</summary>
    public static int[] Count(IEnumerable<int> labels, int classes)
    {
        var counts = new int[classes];
        foreach (int label in labels)
            counts[label]++;
        return counts;
    }

    /// <summary>What each class counts; the shares add up to 1.</summary>
    public static double[] Of(int[] counts, ClassBalance balance)
    {
        int rows = counts.Sum();
        return Array.ConvertAll(counts, count => balance == ClassBalance.Equal ? 1.0 / counts.Length : (double)count / rows);
    }
}
