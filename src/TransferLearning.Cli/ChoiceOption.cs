using System.CommandLine;
using System.CommandLine.Parsing;

namespace TransferLearning.Cli;

/// <summary>Options that take one of a few words; the error message names the option and its choices.</summary>
internal static class ChoiceOption
{
    /// <summary>An option with a default: the first choice.</summary>
    public static Option<string> Of(string name, string description, params string[] choices) => new Option<string>(name)
    {
        Description = description,
        DefaultValueFactory = _ => choices[0],
        CustomParser = result => Read(result, name, choices)!,
    }.Among(choices);

    /// <summary>An option without a default.</summary>
    public static Option<string?> Optional(string name, string description, params string[] choices) => new Option<string?>(name)
    {
        Description = description,
        CustomParser = result => Read(result, name, choices),
    }.Among(choices);

    /// <summary>
    /// The word on the command line, null if there is none. The validator of a command runs before those of its options: the word may be
    /// none of the choices, and reading the value would throw.
    /// </summary>
    public static string? TextOf(CommandResult command, Option<string> option) =>
        command.GetResult(option) is { Tokens: [.., var word] } ? word.Value : null;

    private static Option<T> Among<T>(this Option<T> option, string[] choices)
    {
        option.HelpName = string.Join('|', choices);
        option.CompletionSources.Add(choices);
        return option;
    }

    private static string? Read(ArgumentResult result, string name, string[] choices)
    {
        string word = result.Tokens[^1].Value;
        if (choices.Contains(word, StringComparer.Ordinal))
            return word;
        result.AddError($"{name} takes {Words.Or(choices)}, not '{word}'.");
        return null;
    }
}
