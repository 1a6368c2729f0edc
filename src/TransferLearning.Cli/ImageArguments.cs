using TransferLearning.Cli.Shards;

namespace TransferLearning.Cli;

/// <summary>What an argument of a command names: an image, or nothing.</summary>
/// <param name="Path">The image; the argument itself if it names nothing.</param>
/// <param name="Error">Why it names nothing; null for an image.</param>
internal readonly record struct ImageArgument(string Path, string? Error);

/// <summary>The images that the arguments of a command name: files, folders, and patterns that the shell did not expand.</summary>
internal static class ImageArguments
{
    /// <summary>Expands arguments, in their order.</summary>
    /// <exception cref="DatasetException">The folders and patterns contain no images, and nothing else is named.</exception>
    public static IReadOnlyList<ImageArgument> Expand(IReadOnlyList<string> arguments)
    {
        var found = new List<ImageArgument>();
        foreach (string argument in arguments.Select(LocalPath))
        {
            if (Directory.Exists(argument))
                found.AddRange(Images(ImageFiles.Find(argument)));
            else if (File.Exists(argument))
                found.Add(new ImageArgument(argument, null));
            else if (Fault(argument) is { } fault)
                found.Add(new ImageArgument(ImageEntry.WithoutQuery(argument), fault));
            else
                found.AddRange(Matches(argument));
        }

        return found.Count > 0
            ? found
            : throw new DatasetException($"There are no images in {string.Join(", ", arguments.Select(argument => $"'{argument}'"))}.");
    }

    private static IEnumerable<ImageArgument> Images(IEnumerable<string> paths) => paths.Select(path => new ImageArgument(path, null));

    /// <summary>The path of a file address, as browsers and desktops copy them; other arguments as they are.</summary>
    private static string LocalPath(string argument) =>
        argument.StartsWith("file:", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(argument, UriKind.Absolute, out var address)
            ? address.LocalPath
            : argument;

    private static string? Fault(string argument)
    {
        if (argument.Contains("://", StringComparison.Ordinal))
        {
            return $"'{ImageEntry.WithoutQuery(argument)}' is an address, not a file; download the image first, or give a text file with " +
                "one address on each line, and --output.";
        }

        return !FilePattern.HasWildcard(argument) ? $"'{argument}' is neither a file nor a folder." : null;
    }

    private static ImageArgument[] Matches(string pattern)
    {
        ImageArgument[] matches =
        [
            .. Images(FilePattern.Matches(pattern, ImageFiles.Extensions)
                .SelectMany(match => Directory.Exists(match) ? ImageFiles.Find(match) : [match])),
        ];
        return matches.Length > 0 ? matches : [new ImageArgument(pattern, $"No image matches '{pattern}'.")];
    }
}
