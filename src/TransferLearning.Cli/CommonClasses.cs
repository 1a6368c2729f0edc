namespace TransferLearning.Cli;

/// <summary>An evaluation folder with a class more or less than the classifier: the common ones are evaluated.</summary>
internal static class CommonClasses
{
    /// <summary>The images of the classes that the classifier has; all images when it has none of them, which is an error later.</summary>
    /// <param name="images">The images.</param>
    /// <param name="labels">The classes of the classifier.</param>
    /// <param name="notice">What is left out or missing, in one sentence; null if nothing is.</param>
    public static LabeledImageSet Of(LabeledImageSet images, IReadOnlyList<string> labels, out string? notice)
    {
        // The folder may come from another file system, where é is two code points or case does not count.
        string?[] names = [.. images.Classes.Select(name => LabelOf(name, labels))];
        string[] common = [.. names.OfType<string>().Distinct(StringComparer.Ordinal)];
        notice = null;
        if (common.Length == 0 || labels.Count > MostLabels)
            return images;
        string[] unknown = [.. images.Classes.Where((_, c) => names[c] is null)];
        string[] missing = [.. labels.Except(names.Where((_, c) => images.ClassCounts[c] > 0).OfType<string>(), StringComparer.Ordinal)];
        int[] place = [.. names.Select(name => Array.IndexOf(common, name))];
        if (unknown.Length > 0)
        {
            int count = images.Count(image => place[image.Label] < 0);
            notice = $"The classifier does not have {List(unknown)}; {Words.Count(count, "image")} left out.";
        }

        if (missing.Length > 0)
            notice = $"{(notice is null ? "" : notice + " ")}There are no images of {List(missing)}, so the figures say nothing of them.";
        return images.Classes.SequenceEqual(common, StringComparer.Ordinal)
            ? images
            : new LabeledImageSet(
                images.Name,
                common,
                images.Where(image => place[image.Label] >= 0).Select(image => image with { Label = place[image.Label] }));
    }

    private static string? LabelOf(string name, IReadOnlyList<string> labels)
    {
        if (labels.Contains(name, StringComparer.Ordinal))
            return name;
        string[] same = [.. labels.Where(label => Key(label) == Key(name))];
        return same is [var only] ? only : null;
    }

    private static string Key(string name)
    {
        try
        {
            return name.Normalize().Trim().ToUpperInvariant();
        }
        catch (ArgumentException)
        {
            // A name with half a surrogate pair has no normalization.
            return name;
        }
    }

    /// <summary>A network of a thousand classes is evaluated on some of them as a matter of course.</summary>
    private const int MostLabels = 200;

    private const int MostNames = 5;

    private static string List(string[] names) => names.Length <= MostNames
        ? string.Join(", ", names.Select(name => $"'{name}'"))
        : FormattableString.Invariant(
            $"{string.Join(", ", names.Take(MostNames).Select(name => $"'{name}'"))} and {names.Length - MostNames} more");
}
