namespace TransferLearning;

/// <summary>Messages that say the same of different files become one line; the command line compiles this file too.</summary>
internal static class MessageKind
{
    /// <summary>As many messages of one kind are listed one by one; more become one line.</summary>
    public const int MostListed = 3;

    /// <summary>What a message says apart from the names and numbers in it.</summary>
    public static string Of(string message)
    {
        string[] parts = message.Split('\'');
        return string.Concat(string.Concat(parts.Where((_, i) => i % 2 == 0)).Where(sign => !char.IsAsciiDigit(sign)));
    }

    /// <summary>One line for several messages of a kind.</summary>
    public static string Join(IReadOnlyList<string> messages) =>
        FormattableString.Invariant($"{messages.Count} × the same, first: {messages[0]}");
}
