namespace TransferLearning;

/// <summary>Splits every class in the same proportion and keeps groups of images together.</summary>
/// <param name="ValidationFraction">The fraction for validation.</param>
/// <param name="TestFraction">The fraction for test.</param>
/// <param name="Seed">Another seed gives another split.</param>
internal sealed record StratifiedSplit(double ValidationFraction, double TestFraction, int Seed)
{
    /// <summary>The part of each file.</summary>
    /// <param name="files">The files.</param>
    /// <param name="labels">The label of each file.</param>
    /// <param name="firstOfEach">For each file the index of the first file of its group.</param>
    public DatasetPart[] Assign(IReadOnlyList<FoundFile> files, IReadOnlyList<int> labels, int[] firstOfEach) =>
        Assign(ImageGroup.Of(firstOfEach, labels), groups => ImageGroup.Shuffle(groups, files, Seed), labels);

    /// <summary>The part of each row.</summary>
    /// <param name="labels">The label of each row.</param>
    /// <param name="groups">The groups, see <see cref="RowGroups"/>.</param>
    public DatasetPart[] Assign(IReadOnlyList<int> labels, int[] groups) =>
        Assign(ImageGroup.Of(groups, labels), found => ImageGroup.Shuffle(found, Seed), labels);

    private DatasetPart[] Assign(
        IReadOnlyList<ImageGroup> groups, Func<IEnumerable<ImageGroup>, IEnumerable<ImageGroup>> shuffle, IReadOnlyList<int> labels)
    {
        var parts = new DatasetPart[labels.Count];
        foreach (var ofClass in groups.GroupBy(group => group.Stratum))
        {
            foreach (var (group, part) in Assign([.. shuffle(ofClass)]))
                Put(group, part, parts);
        }

        KeepClassesInTrain(groups, labels, parts);
        return parts;
    }

    /// <summary>
    /// A group of several classes may have taken the last training images of one of them; then a group of that class moves back.
    /// </summary>
    private static void KeepClassesInTrain(IReadOnlyList<ImageGroup> groups, IReadOnlyList<int> labels, DatasetPart[] parts)
    {
        var learned = Enumerable.Range(0, parts.Length).Where(i => parts[i] == DatasetPart.Train).Select(i => labels[i]).ToHashSet();
        foreach (int label in labels.Distinct().Order().Where(label => !learned.Contains(label)))
        {
            var group = groups.Where(group => group.Labels.Contains(label)).MinBy(group => group.Files.Length)!;
            Put(group, DatasetPart.Train, parts);
            learned.UnionWith(group.Labels);
        }
    }

    private static void Put(ImageGroup group, DatasetPart part, DatasetPart[] parts)
    {
        foreach (int file in group.Files)
            parts[file] = part;
    }

    /// <summary>
    /// Assigns the groups of one class: every requested part gets at least one group as long as there are enough; train has priority, then
    /// validation.
    /// </summary>
    private Dictionary<ImageGroup, DatasetPart> Assign(List<ImageGroup> groups)
    {
        int total = groups.Sum(group => group.Files.Length);
        var assigned = new Dictionary<ImageGroup, DatasetPart>();
        (DatasetPart, double)[] parts = [(DatasetPart.Validation, ValidationFraction), (DatasetPart.Test, TestFraction)];
        foreach (var (part, fraction) in parts)
        {
            if (fraction == 0)
                continue;
            int wanted = Math.Max(1, (int)Math.Round(total * fraction, MidpointRounding.AwayFromZero));
            int taken = 0;
            foreach (var group in groups)
            {
                if (groups.Count - assigned.Count > 1 && taken + group.Files.Length <= wanted && assigned.TryAdd(group, part))
                    taken += group.Files.Length;
            }

            // Copies and source images with many boxes can make every group larger than the part; then the smallest one comes closest.
            if (taken == 0 && groups.Count - assigned.Count > 1)
                assigned.Add(groups.Where(group => !assigned.ContainsKey(group)).MinBy(group => group.Files.Length)!, part);
        }

        foreach (var group in groups)
            assigned.TryAdd(group, DatasetPart.Train);
        return assigned;
    }
}
