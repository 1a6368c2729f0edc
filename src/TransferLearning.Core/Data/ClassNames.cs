using System.Text;
using System.Text.RegularExpressions;

namespace TransferLearning;

/// <summary>
/// Rules for class names. Two names that differ only in case, in Unicode normalization (é as one code point or as two) or in spaces at
/// their ends are the same class to people and to many file systems, so they are rejected instead of being trained as two classes.
/// </summary>
internal static partial class ClassNames
{
    /// <summary>Names are equal when they look the same.</summary>
    public static IEqualityComparer<string> SameLook { get; } =
        EqualityComparer<string>.Create((a, b) => Key(a!) == Key(b!), name => Key(name).GetHashCode(StringComparison.Ordinal));

    /// <summary>Throws when two of the names differ only in case, Unicode normalization or spaces at their ends.</summary>
    /// <param name="names">The names; equal ones may occur more than once.</param>
    /// <param name="dataset">What the message calls the dataset.</param>
    public static void ThrowIfAmbiguous(IEnumerable<string> names, string dataset)
    {
        var seen = new Dictionary<string, string>(SameLook);
        foreach (string name in names)
        {
            if (seen.TryGetValue(name, out string? other) && !string.Equals(name, other, StringComparison.Ordinal))
            {
                throw new DatasetException(
                    $"The classes '{other}' and '{name}' of '{dataset}' differ only in {Difference(name, other)}; merge them or rename " +
                        "one.");
            }

            seen[name] = name;
        }
    }

    /// <summary>The names in quotes, separated by commas, for messages.</summary>
    public static string List(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));

    /// <summary>
    /// The name of which a name is marked as a copy: <c>cat</c> for <c>cat (1)</c> and <c>cat - Copy 2</c>; null for none.
    /// </summary>
    public static string? Original(string name) => CopyMark().Match(name) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>What browsers and file managers of several languages append to the name of a second one.</summary>
    [GeneratedRegex(
        @"^(.+?)[ _]*(?:\(\d{1,2}\)|[-–_ ]\s*(?:copy|kopie|copie|copia|cópia|kopia|копия|副本|コピー)(?:[ _]*\(?\d{1,2}\)?)?)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CopyMark();

    private static string Key(string name) => Composed(name).Trim().ToUpperInvariant();

    private static string Difference(string a, string b) =>
        string.Equals(a, b, StringComparison.OrdinalIgnoreCase) ? "case"
            : string.Equals(a.Trim(), b.Trim(), StringComparison.OrdinalIgnoreCase) ? "spaces at their ends"
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
