using System.Text;

namespace TransferLearning;

/// <summary>
/// What must hold of the names of classes. Two class names that differ only in case or in Unicode form (é as one character or as two) are one class to a person and to many file
/// systems, so they are refused instead of trained apart.
/// </summary>
internal static class ClassNames
{
    /// <summary>Throws when two of the names are equal but for case or Unicode form.</summary>
    /// <param name="names">The names; equal ones may occur more than once.</param>
    /// <param name="dataset">What the message calls the dataset.</param>
    public static void ThrowIfAmbiguous(IEnumerable<string> names, string dataset)
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in names)
        {
            string form = Composed(name);
            if (seen.TryGetValue(form, out string? other) && !string.Equals(name, other, StringComparison.Ordinal))
            {
                throw new DatasetException(
                    $"The classes '{other}' and '{name}' of '{dataset}' differ only in {Difference(name, other)}; merge them or rename one.");
            }

            seen[form] = name;
        }
    }

    /// <summary>The names in quotes with commas, for messages.</summary>
    public static string List(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));

    private static string Difference(string a, string b) =>
        string.Equals(a, b, StringComparison.OrdinalIgnoreCase) ? "case" : "Unicode form (they look the same but are written with other code points)";

    /// <summary>A name in the form in which equal names are equal.</summary>
    public static string Composed(string name)
    {
        try
        {
            return name.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            // A name with half a surrogate pair has no composed form; it is compared as it is.
            return name;
        }
    }
}
