using System.Text;

namespace TransferLearning;

/// <summary>
/// Rules for class names. Two names that differ only in case or in Unicode normalization (é as one code point or as two) are the same class
/// to people and to many file systems, so they are rejected instead of being trained as two classes.
/// </summary>
internal static class ClassNames
{
    /// <summary>Throws when two of the names differ only in case or Unicode normalization.</summary>
    /// <param name="names">The names; equal ones may occur more than once.</param>
    /// <param name="dataset">What the message calls the dataset.</param>
    public static void ThrowIfAmbiguous(IEnumerable<string> names, string dataset)
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in names)
        {
            string composed = Composed(name);
            if (seen.TryGetValue(composed, out string? other) && !string.Equals(name, other, StringComparison.Ordinal))
            {
                throw new DatasetException(
                    $"The classes '{other}' and '{name}' of '{dataset}' differ only in {Difference(name, other)}; merge them or rename " +
                        "one.");
            }

            seen[composed] = name;
        }
    }

    /// <summary>The names in quotes, separated by commas, for messages.</summary>
    public static string List(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));

    private static string Difference(string a, string b) =>
        string.Equals(a, b, StringComparison.OrdinalIgnoreCase)
            ? "case"
            : "Unicode normalization (they look the same but have different code points)";

    /// <summary>A name in Unicode normalization form C.</summary>
    public static string Composed(string name)
    {
        try
        {
            return name.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            // A name with half a surrogate pair has no normalization; it is compared as it is.
            return name;
        }
    }
}
