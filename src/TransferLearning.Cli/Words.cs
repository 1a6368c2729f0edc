using System.Globalization;

namespace TransferLearning.Cli;

/// <summary>Lists and counts in sentences.</summary>
internal static class Words
{
    private const int MostWords = 10;

    /// <summary>One, two or more words with "or" before the last.</summary>
    public static string Or(IReadOnlyList<string> words) =>
        words.Count == 1 ? words[0] : $"{string.Join(", ", words.Take(words.Count - 1))} or {words[^1]}";

    /// <summary>Words with commas; of many the first ones and the number of the others.</summary>
    public static string Some(IReadOnlyCollection<string> words)
    {
        string first = string.Join(", ", words.Take(MostWords));
        int more = words.Count - MostWords;
        return more <= 0 ? first : string.Create(CultureInfo.InvariantCulture, $"{first} and {more} more");
    }

    /// <summary>A share as a percentage with one decimal.</summary>
    public static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1}%");

    /// <summary>A number and its noun, for instance "1 image" or "2 images".</summary>
    public static string Count(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
