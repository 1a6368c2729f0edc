namespace TransferLearning;

/// <summary>Disjoint sets: each image points to an image with a smaller index in its group, the first one to itself.</summary>
internal static class JoinedGroups
{
    /// <summary>The first file of the group of a file.</summary>
    public static int Root(int[] first, int file)
    {
        while (first[file] != file)
            file = first[file] = first[first[file]];
        return file;
    }

    /// <summary>Merges two groups; the smallest index represents the result.</summary>
    public static void Join(int[] first, int a, int b)
    {
        (a, b) = (Root(first, a), Root(first, b));
        first[Math.Max(a, b)] = Math.Min(a, b);
    }
}
