namespace TransferLearning;

/// <summary>
/// Pictures that stay together when a dataset is split: copies of each other, boxes on one photo. Such boxes may show several classes; the
/// group is then dealt with those of its rarest class, because that one is the hardest to share out.
/// </summary>
/// <param name="files">The pictures, as positions in their list, in ascending order.</param>
/// <param name="labels">Their different labels.</param>
/// <param name="stratum">The label that the group is dealt with.</param>
internal sealed class PictureGroup(int[] files, int[] labels, int stratum)
{
    public int[] Files => files;

    public int[] Labels => labels;

    public int Stratum => stratum;

    /// <summary>The groups of some pictures, in the order of their first ones.</summary>
    /// <param name="firstOfEach">For each picture the first one of its group.</param>
    /// <param name="labels">The label of each picture.</param>
    public static IReadOnlyList<PictureGroup> Of(int[] firstOfEach, IReadOnlyList<int> labels)
    {
        var groups = Enumerable.Range(0, firstOfEach.Length).GroupBy(i => firstOfEach[i])
            .Select(group => (Files: group.ToArray(), Labels: group.Select(i => labels[i]).Distinct().Order().ToArray())).ToList();
        var counts = groups.SelectMany(group => group.Labels).CountBy(label => label).ToDictionary();
        return [.. groups.Select(group => new PictureGroup(group.Files, group.Labels, group.Labels.MinBy(label => counts[label])))];
    }
}
