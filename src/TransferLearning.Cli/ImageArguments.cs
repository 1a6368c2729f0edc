using TransferLearning.Cli.Shards;

namespace TransferLearning.Cli;

/// <summary>The images that the arguments of a command name: files, folders, and patterns that the shell did not expand.</summary>
/// <param name="Paths">The images, in the order of the arguments.</param>
/// <param name="Errors">One message for each argument that names nothing.</param>
internal sealed record ImageArguments(IReadOnlyList<string> Paths, IReadOnlyList<string> Errors)
{
    /// <summary>Expands arguments.</summary>
    /// <exception cref="DatasetException">The folders and patterns contain no images.</exception>
    /// <exception cref="FileNotFoundException">No argument names anything.</exception>
    public static ImageArguments Expand(IReadOnlyList<string> arguments)
    {
        var paths = new List<string>();
        var errors = new List<string>();
        foreach (string argument in arguments)
        {
            if (Directory.Exists(argument))
                paths.AddRange(ImageFiles.Find(argument));
            else if (File.Exists(argument))
                paths.Add(argument);
            else if (Fault(argument) is { } fault)
                errors.Add(fault);
            else
                AddMatches(argument, paths, errors);
        }

        if (paths.Count > 0)
            return new ImageArguments(paths, errors);
        if (errors.Count > 0)
            throw new FileNotFoundException(string.Join(' ', errors));
        throw new DatasetException($"There are no images in {string.Join(", ", arguments.Select(argument => $"'{argument}'"))}.");
    }

    private static string? Fault(string argument)
    {
        if (argument.Contains("://", StringComparison.Ordinal))
        {
            return $"'{ImageEntry.WithoutQuery(argument)}' is an address, not a file; download the image first, or give a text file with " +
                "one address on each line, and --output.";
        }

        return !FilePattern.HasWildcard(argument) ? $"'{argument}' is neither a file nor a folder." : null;
    }

    private static void AddMatches(string pattern, List<string> paths, List<string> errors)
    {
        string[] matches =
        [
            .. FilePattern.Matches(pattern, ImageFiles.Extensions)
                .SelectMany(match => Directory.Exists(match) ? ImageFiles.Find(match) : [match]),
        ];
        if (matches.Length == 0)
            errors.Add($"No image matches '{pattern}'.");
        paths.AddRange(matches);
    }
}
