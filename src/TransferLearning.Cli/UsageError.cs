using System.CommandLine;

namespace TransferLearning.Cli;

/// <summary>Says what is wrong with a command line in the words of its user: the option or command that does not exist, and the nearest that does.</summary>
internal static class UsageError
{
    /// <summary>More wrong letters than this are no typing error.</summary>
    private const int MostWrongLetters = 3;

    /// <summary>The errors of a command line in one sentence or more.</summary>
    public static string Describe(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;

        // What follows a word that is not understood is not understood either, so only the first one is worth saying.
        string problem = parsed.UnmatchedTokens.Count > 0
            ? Unmatched(parsed.UnmatchedTokens[0], command)
            : Missing(parsed, command) ?? string.Join(' ', parsed.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal));
        return $"{problem} Run with --help for the options.";
    }

    /// <summary>The message for an option that a command does not have.</summary>
    public static string UnknownOption(string option, Command command) =>
        $"There is no option '{option}'.{Suggestion(option, command.Options.SelectMany(known => known.Aliases.Prepend(known.Name)))}";

    /// <summary>The message for what is not there at all, a command or an argument; null where something else is wrong.</summary>
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
        var commands = command.Subcommands.Select(known => known.Name).ToArray();
        return commands.Length > 0
            ? $"There is no command '{token}'.{Suggestion(token, commands)} The commands are {string.Join(", ", commands)}."
            : $"'{token}' is one argument too many for '{command.Name}'.";
    }

    private static string Suggestion(string word, IEnumerable<string> known)
    {
        var (nearest, distance) = known.Select(name => (Name: name, Distance: EditDistance(word, name))).DefaultIfEmpty((Name: "", Distance: int.MaxValue)).MinBy(pair => pair.Distance);
        return distance <= Math.Min(MostWrongLetters, word.Length / 2) ? $" Did you mean '{nearest}'?" : "";
    }

    /// <summary>Levenshtein's distance: the fewest letters to insert, delete or replace.</summary>
    private static int EditDistance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        foreach (char letter in from)
        {
            int diagonal = row[0]++;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (letter == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
