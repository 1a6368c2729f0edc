namespace TransferLearning;

/// <summary>Groups that grow together: for each image a smaller one of its group, or itself if it is the first (a forest of disjoint sets).</summary>
internal static class JoinedGroups
{
    /// <summary>The first of the group of a file.</summary>
    public static int Root(int[] first, int file)
    {
        while (first[file] != file)
            file = first[file] = first[first[file]];
        return file;
    }

    /// <summary>Makes one group of two; the smallest index stands for it.</summary>
    public static void Join(int[] first, int a, int b)
    {
        (a, b) = (Root(first, a), Root(first, b));
        first[Math.Max(a, b)] = Math.Min(a, b);
    }
}
