namespace TransferLearning;

/// <summary>
/// Which rows belong together, as the position of the first row of each row's group; a row without a group is one of its own. Null stands
/// for no groups at all.
/// </summary>
internal static class RowGroups
{
    /// <summary>The groups of images; null if none of them has a group.</summary>
    public static int[]? Of(IEnumerable<LabeledImage> images) => Of([.. images.Select(image => image.Group)]);

    /// <summary>The groups of the given names; null if there is no name.</summary>
    public static int[]? Of(IReadOnlyList<string?> names)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] groups = new int[names.Count];
        for (int row = 0; row < groups.Length; row++)
            groups[row] = names[row] is not { } name || first.TryAdd(name, row) ? row : first[name];
        return first.Count == 0 ? null : groups;
    }

    /// <summary>The groups of a choice of rows, as positions in the choice.</summary>
    public static int[]? Select(int[]? groups, IReadOnlyList<int> rows)
    {
        if (groups is null)
            return null;
        var first = new Dictionary<int, int>();
        int[] chosen = new int[rows.Count];
        for (int i = 0; i < chosen.Length; i++)
            chosen[i] = first.TryAdd(groups[rows[i]], i) ? i : first[groups[rows[i]]];
        return chosen;
    }

    /// <summary>For each row the number of its group, from 0 on in the order of the first rows.</summary>
    public static int[] Number(int[]? groups, int rows)
    {
        if (groups is null)
            return [.. Enumerable.Range(0, rows)];
        int next = 0;
        int[] numbers = new int[rows];
        for (int row = 0; row < rows; row++)
            numbers[row] = groups[row] == row ? next++ : numbers[groups[row]];
        return numbers;
    }
}
