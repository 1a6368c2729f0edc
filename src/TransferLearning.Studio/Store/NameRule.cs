using System.Buffers;
using System.Text;

namespace TransferLearning.Studio;

/// <summary>
/// What classes and images may be called: names of folders and files on every system, because "write to disk" makes them.
/// </summary>
public static class NameRule
{
    private const int LongestName = 100;

    private static readonly SearchValues<char> Refused = SearchValues.Create("/\\:*?\"<>|");

    /// <summary>The name as it is stored: trimmed, in composed form.</summary>
    /// <exception cref="ArgumentException">It cannot be the name of a folder; the message is for the user.</exception>
    public static string CheckClass(string name)
    {
        name = name.Trim().Normalize(NormalizationForm.FormC);
        string? reason = name.Length switch
        {
            0 => "A class needs a name.",
            > LongestName => $"The name of a class has at most {LongestName} characters.",
            _ when name.StartsWith('.') || name.EndsWith('.') => "The name of a class neither starts nor ends with a dot.",
            _ when name.AsSpan().ContainsAny(Refused) || name.Any(char.IsControl) =>
                "The name of a class has none of / \\ : * ? \" < > |, because it can become a folder.",
            _ => null,
        };
        return reason is null ? name : throw new ArgumentException(reason);
    }

    /// <summary>What an image that was added is called from now on: its own name, without what no file name may have.</summary>
    /// <param name="name">The name it came with, with or without folders, of any system.</param>
    /// <param name="extension">The one of its content, with the dot.</param>
    /// <returns>The name; null if nothing of it can be kept.</returns>
    public static string? OfImage(string name, string extension)
    {
        string own = Path.GetFileNameWithoutExtension(name.Replace('\\', '/').Split('/')[^1]).Normalize(NormalizationForm.FormC);
        string kept = string.Concat(own.EnumerateRunes().Take(LongestName).Select(
            letter => Rune.IsControl(letter) || (letter.IsBmp && Refused.Contains((char)letter.Value)) ? "_" : letter.ToString()));
        kept = kept.Trim(' ', '.');
        return kept.Length == 0 ? null : kept + extension;
    }
}
