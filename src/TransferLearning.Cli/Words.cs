namespace TransferLearning.Cli;

/// <summary>Lists in sentences.</summary>
internal static class Words
{
    /// <summary>One, two or more words with "or" before the last.</summary>
    public static string Or(IReadOnlyList<string> words) => words.Count == 1 ? words[0] : $"{string.Join(", ", words.Take(words.Count - 1))} or {words[^1]}";
}
