using System.CommandLine;

namespace TransferLearning.Cli;

/// <summary>Error messages for a command line: the option or command that does not exist, and the most similar one that does.</summary>
internal static class UsageError
{
    /// <summary>The maximum distance of a suggestion.</summary>
    private const int MostWrongLetters = 3;

    /// <summary>The errors of a command line in one sentence or more.</summary>
    public static string Describe(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;

        // An unknown word usually makes the words after it unknown too, so only the first one is reported.
        string problem = parsed.UnmatchedTokens.Count > 0
            ? Unmatched(parsed.UnmatchedTokens[0], command)
            : Missing(parsed, command) ?? string.Join(' ', parsed.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal));
        return $"{problem} Run with --help for the options.";
    }

    /// <summary>The message for an option that a command does not have.</summary>
    public static string UnknownOption(string option, Command command) =>
        $"There is no option '{option}'.{Suggestion(option, command.Options.SelectMany(known => known.Aliases.Prepend(known.Name)))}";

    /// <summary>The message for a further Parquet file, where the shell has put the files for a pattern; null for other words.</summary>
    public static string? ExpandedPattern(string word) => word.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase)
        ? $"'{word}' is one file more than --features takes: put its pattern in quotation marks, such as --features 'out/*.parquet', or " +
            "give the folder."
        : null;

    /// <summary>The message for a missing command or argument; null if neither is missing.</summary>
    private static string? Missing(ParseResult parsed, Command command)
    {
        if (command.Action is null && command.Subcommands.Count > 0)
            return $"Give one of the commands {string.Join(", ", command.Subcommands.Select(known => known.Name))}.";
        var missing = command.Arguments.FirstOrDefault(argument =>
            argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is null or { Tokens.Count: 0 });
        return missing is null ? null : $"'{command.Name}' needs <{missing.Name}>: {missing.Description}";
    }

    private static string Unmatched(string token, Command command)
    {
        if (token.StartsWith('-'))
            return UnknownOption(token, command);
        if (ExpandedPattern(token) is { } expanded && command.Options.Any(option => option.Name == "--features"))
            return expanded;
        var commands = command.Subcommands.Select(known => known.Name).ToArray();
        return commands.Length > 0
            ? $"There is no command '{token}'.{Suggestion(token, commands)} The commands are {string.Join(", ", commands)}."
            : $"'{command.Name}' takes no further argument '{token}'.";
    }

    private static string Suggestion(string word, IEnumerable<string> known)
    {
        var (nearest, distance) = known.Select(name => (Name: name, Distance: EditDistance.Between(word, name)))
            .DefaultIfEmpty((Name: "", Distance: int.MaxValue))
            .MinBy(pair => pair.Distance);
        return distance <= Math.Min(MostWrongLetters, word.Length / 2) ? $" Did you mean '{nearest}'?" : "";
    }
}
