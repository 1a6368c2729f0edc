namespace TransferLearning;

/// <summary>
/// Images that stay together when a dataset is split: copies of each other, boxes on one image. Such boxes may show several classes; the
/// group is then dealt with those of its rarest class, because that one is the hardest to share out.
/// </summary>
/// <param name="files">The images, as positions in their list, in ascending order.</param>
/// <param name="labels">Their different labels.</param>
/// <param name="stratum">The label that the group is dealt with.</param>
internal sealed class ImageGroup(int[] files, int[] labels, int stratum)
{
    public int[] Files => files;

    public int[] Labels => labels;

    public int Stratum => stratum;

    /// <summary>The groups of some images, in the order of their first ones.</summary>
    /// <param name="firstOfEach">For each image the first one of its group.</param>
    /// <param name="labels">The label of each image.</param>
    public static IReadOnlyList<ImageGroup> Of(int[] firstOfEach, IReadOnlyList<int> labels)
    {
        var groups = Enumerable.Range(0, firstOfEach.Length).GroupBy(i => firstOfEach[i])
            .Select(group => (Files: group.ToArray(), Labels: group.Select(i => labels[i]).Distinct().Order().ToArray())).ToList();
        var counts = groups.SelectMany(group => group.Labels).CountBy(label => label).ToDictionary();
        return [.. groups.Select(group => new ImageGroup(group.Files, group.Labels, group.Labels.MinBy(label => counts[label])))];
    }
}
