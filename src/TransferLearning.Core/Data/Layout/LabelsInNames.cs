namespace TransferLearning;

/// <summary>Finds out whether the names of files contain their classes, as in <c>cat.17.jpg</c> or <c>great_pyrenees_3.jpg</c>.</summary>
internal static class LabelsInNames
{
    /// <summary>A class has at least this many images on average, otherwise what was found is not a class.</summary>
    private const int FewestImages = 3;

    /// <summary>One file in as many may be something else, as a sample or a screenshot.</summary>
    private const int FilesPerStray = 10;

    /// <summary>Where every name has two dots, this says as much as the first pattern.</summary>
    private const string BeforeTheFirstDot = "^[^.]+";

    /// <summary>The patterns that are tried, the most usual first.</summary>
    private static readonly string[] Patterns =
    [
        "^[^.]+(?=\\..*\\.)", "^(.*?)[ _.()-]*\\d+[ )]*\\.[^.]+$", "^\\d+[ _.-]*(.*?)\\.[^.]+$", "^[^_]+(?=_)", "^[^-]+(?=-)",
        "([^_]+)\\.[^.]+$",
        "([^-]+)\\.[^.]+$",
        "^\\d+[_-]([^_-]+)[_-]",
    ];

    /// <summary>A pattern that finds a class in every name, but for a few, and the classes; null when there is none.</summary>
    public static (string Pattern, IReadOnlyList<string> Labels)? Propose(IReadOnlyList<string> names)
    {
        foreach (string text in Patterns)
        {
            var pattern = new PathPattern(text);
            var counts = new Dictionary<string, int>(StringComparer.Ordinal);
            int strays = 0;
            foreach (string name in names)
            {
                if (pattern.Find(name) is { } label && label.Any(char.IsLetter))
                {
                    counts[label] = counts.GetValueOrDefault(label) + 1;
                }
                else if (++strays * FilesPerStray > names.Count)
                {
                    counts.Clear();
                    break;
                }
            }

            if (counts.Count >= 2 && names.Count >= FewestImages * counts.Count && counts.Values.All(count => count > 1))
                return (text == Patterns[0] && strays == 0 ? BeforeTheFirstDot : text, [.. counts.Keys.Order(NaturalOrder.Comparer)]);
        }

        return null;
    }
}
