namespace TransferLearning;

/// <summary>Classes whose training images belong to one group: held out together, they would leave nothing of the class.</summary>
internal static class SingleGroups
{
    /// <summary>What is said of such classes.</summary>
    public const string Remedy = "add images of other groups";

    /// <summary>A sentence without its full stop; null if there are no such classes.</summary>
    /// <param name="name">The name of the dataset.</param>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="train">The label of each training image, and what tells its group from others.</param>
    public static string? Describe(string name, IReadOnlyList<string> classes, IEnumerable<(int Label, object Group)> train)
    {
        string[] single =
        [
            .. train.GroupBy(image => image.Label, image => image.Group)
                .Where(groups => groups.Skip(1).Any() && !groups.Distinct().Skip(1).Any())
                .Select(groups => groups.Key).Order().Select(label => classes[label]),
        ];
        if (single.Length == 0)
            return null;
        string rest = single.Length == classes.Count
            ? "nothing is held out to choose the regularization by, and a middle one is used"
            : "none is held out, and the regularization is chosen by the other classes";
        return $"All training images of {ClassNames.List(single)} in '{name}' belong to one group, so {rest}";
    }
}
