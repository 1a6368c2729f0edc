using System.CommandLine;

namespace TransferLearning.Cli.Shards;

/// <summary>The options for lists of addresses.</summary>
/// <param name="Connections">The number of downloads at a time.</param>
/// <param name="Retries">The number of further attempts.</param>
/// <param name="MaxFailures">The number of failures in a row that ends the run.</param>
/// <param name="Folder">The folder that keeps downloaded images.</param>
internal sealed record DownloadOptions(Option<int?> Connections, Option<int?> Retries, Option<int?> MaxFailures, Option<string?> Folder)
{
    private const string FolderName = "--downloads";

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [Connections, Retries, MaxFailures, Folder];

    /// <summary>Creates the options.</summary>
    public static DownloadOptions Create()
    {
        var otherwise = ImageDownloadOptions.Default;
        return new DownloadOptions(
            NumberOption.OptionalWhole(
                "--connections", $"Addresses in a list: downloads at a time (default {otherwise.Connections}).", least: 1, most: 1000),
            NumberOption.OptionalWhole(
                "--retries", $"Addresses in a list: retries after a temporary failure (default {otherwise.Retries}).", least: 0, most: 100),
            NumberOption.OptionalWhole(
                OptionWords.MaxFailures,
                "Addresses in a list: so many downloads in a row that fail or are refused end the run without a part; 0 for never " +
                $"(default {otherwise.MaxFailuresInARow}).",
                least: 0),
            new Option<string?>(FolderName)
            {
                Description = "Addresses in a list: a folder that keeps downloaded images; later runs download only what has changed.",
                HelpName = "FOLDER",
            });
    }

    /// <summary>The downloads that the command line asks for, created with the first address.</summary>
    public Lazy<ImageDownloads> Read(ParseResult parsed)
    {
        var otherwise = ImageDownloadOptions.Default;
        string? folder = parsed.GetValue(Folder);
        var options = otherwise with
        {
            Connections = parsed.GetValue(Connections) ?? otherwise.Connections,
            Retries = parsed.GetValue(Retries) ?? otherwise.Retries,
            MaxFailuresInARow = parsed.GetValue(MaxFailures) ?? otherwise.MaxFailuresInARow,
            Folder = folder is null ? null : OutputFile.CreateFolder(folder, FolderName),
        };
        return new Lazy<ImageDownloads>(() => new ImageDownloads(options));
    }
}
