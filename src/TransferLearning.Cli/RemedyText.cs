using System.CommandLine;

namespace TransferLearning.Cli;

/// <summary>The remedies of a <see cref="DatasetException"/> as commands to run.</summary>
internal static class RemedyText
{
    /// <summary>The message of the error in the words of the command line.</summary>
    public static string Describe(DatasetException error, ParseResult parsed)
    {
        if (error.Remedies.Count == 0)
            return error.Finding;
        var commands = error.Remedies.Select(remedy => Describe(remedy, parsed));
        return $"{error.Finding} {string.Join(' ', commands)}";
    }

    /// <summary>A word of a shell: in quotation marks where it has signs that a shell would interpret.</summary>
    public static string Word(string text) =>
        text.Length > 0 && text.All(sign => char.IsLetterOrDigit(sign) || "_-./:=,\\+~@%".Contains(sign, StringComparison.Ordinal))
            ? text
            : $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>Another command with the options that were given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="words">The start of the command.</param>
    /// <param name="others">Options that do not go over.</param>
    public static string Command(ParseResult parsed, IEnumerable<string> words, params Option[] others)
    {
        var given = parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options)
            .Except(others)
            .Select(parsed.GetResult)
            .Where(result => result is { Implicit: false })
            .SelectMany(result => result!.Tokens.Select(token => token.Value).Prepend(result.Option.Name));
        return string.Join(' ', words.Concat(given).Select(Word).Prepend("transfer-learning"));
    }

    private static string Describe(DatasetRemedy remedy, ParseResult parsed) => remedy.Kind switch
    {
        DatasetRemedyKind.ReadFolder => $"Run: {Command(parsed, Relative(remedy.Value, parsed))}.",
        DatasetRemedyKind.LabelPattern when remedy.Value == ImageFolderOptions.LabelByFolder =>
            $"If the inner folders are the classes, run: {Command(parsed, null, DatasetOptions.LabelsFrom, "folder")}.",
        DatasetRemedyKind.LabelPattern => $"Run: {Command(parsed, null, DatasetOptions.LabelsFrom, "name", remedy.Value)}.",
        DatasetRemedyKind.ReadTable =>
            $"Run: {Command(parsed, Relative(remedy.Folder, parsed), DatasetOptions.Csv, Relative(remedy.Value, parsed))} if the table " +
            "has the classes.",
        DatasetRemedyKind.FollowLinks => $"To follow links, run: {Command(parsed, null, DatasetOptions.FollowLinks)}.",
        DatasetRemedyKind.ReadAsSplits => $"If they are splits, run: {Command(parsed, null, DatasetOptions.Layout, "splits")}.",
        _ => $"If the outermost folders are the classes, run: {Command(parsed, null, DatasetOptions.Layout, "classes")}.",
    };

    /// <summary>The same command line with another folder, or with more options.</summary>
    private static string Command(ParseResult parsed, string? folder, params string[] more)
    {
        string? given = Folder(parsed);
        bool replaced = folder is null;
        var words = new List<string> { "transfer-learning" };
        foreach (var token in parsed.Tokens)
        {
            bool isFolder = !replaced && token.Value == given;
            replaced |= isFolder;
            words.Add(Word(isFolder ? folder! : token.Value));
        }

        return string.Join(' ', words.Concat(more.Select(Word)));
    }

    private static string? Folder(ParseResult parsed)
    {
        var argument = parsed.CommandResult.Command.Arguments.FirstOrDefault(known => known.Name == SharedOptions.DatasetName);
        return argument is not null && parsed.GetResult(argument) is { Tokens: [var token, ..] } ? token.Value : null;
    }

    /// <summary>A path as the user writes paths: relative where the folder was given so.</summary>
    private static string Relative(string path, ParseResult parsed) =>
        Folder(parsed) is { } folder && !Path.IsPathRooted(folder) ? Path.GetRelativePath(Environment.CurrentDirectory, path) : path;
}
