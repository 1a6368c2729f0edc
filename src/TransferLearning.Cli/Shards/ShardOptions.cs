using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace TransferLearning.Cli.Shards;

/// <summary>The options of commands that write one Parquet file for each shard.</summary>
/// <param name="Output">The folder of the parts.</param>
/// <param name="Shard">The part to run.</param>
/// <param name="Overwrite">Whether an existing part is replaced.</param>
/// <param name="RetryFailed">Whether the failed images of an existing part are tried again.</param>
/// <param name="RowGroup">The maximum number of images in memory before they are written.</param>
/// <param name="Downloads">How images at addresses are downloaded, once one is needed.</param>
internal sealed record ShardOptions(
    string Output, Shard Shard, bool Overwrite, bool RetryFailed, int RowGroup, Lazy<ImageDownloads> Downloads)
{
    /// <summary>A compromise between reading speed and memory.</summary>
    private const int DefaultRowGroup = 1024;

    private const int MostRowGroup = 1_000_000;

    /// <summary>The options on the command line.</summary>
    public sealed record Set(
        Option<string?> Output,
        Option<Shard?> Shard,
        Option<bool> Overwrite,
        Option<bool> RetryFailed,
        Option<int?> RowGroup,
        DownloadOptions Downloads)
    {
        public void AddTo(Command command)
        {
            command.Add(Output);
            command.Add(Shard);
            command.Add(Overwrite);
            command.Add(RetryFailed);
            command.Add(RowGroup);
            foreach (var option in Downloads.All)
                command.Add(option);
            command.Validators.Add(Check);
        }

        /// <summary>The given options; null without <c>--output</c>.</summary>
        public ShardOptions? Read(ParseResult parsed) => parsed.GetValue(Output) is { } output
            ? new ShardOptions(
                output,
                parsed.GetValue(Shard) ?? Shards.Shard.Whole,
                parsed.GetValue(Overwrite),
                parsed.GetValue(RetryFailed),
                parsed.GetValue(RowGroup) ?? DefaultRowGroup,
                Downloads.Read(parsed))
            : null;

        private void Check(CommandResult command)
        {
            if (command.GetResult(Output) is not null)
                return;
            foreach (Option option in (Option[])[Shard, Overwrite, RetryFailed, RowGroup, .. Downloads.All])
            {
                if (command.IsGiven(option))
                    command.AddError($"{option.Name} needs --output FOLDER, the folder of the parts.");
            }
        }
    }

    /// <summary>Creates the options.</summary>
    /// <param name="required">Whether the command writes only parts.</param>
    public static Set Create(bool required) => new(
        new Option<string?>("--output", "-o")
        {
            Description = "The folder of the results, one Parquet file for each shard.",
            HelpName = "FOLDER",
            Required = required,
        },
        new Option<Shard?>("--shard")
        {
            Description = "The part of the images to process: 0/16 is the first of 16, 15/16 the last.",
            HelpName = "i/n",
            CustomParser = ReadShard,
        },
        new Option<bool>("--overwrite") { Description = "Replace a part that is already finished, instead of keeping it." },
        new Option<bool>(OptionWords.RetryFailed)
        {
            Description = "Try the failed images of a part that is already finished again, and keep its other rows.",
        },
        NumberOption.OptionalWhole(
            "--row-group-size",
            string.Create(
                CultureInfo.InvariantCulture, $"The maximum number of images in a row group and in memory (default {DefaultRowGroup})."),
            least: 1,
            most: MostRowGroup),
        DownloadOptions.Create());

    private static Shard? ReadShard(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (Shards.Shard.Parse(text) is { } shard)
            return shard;
        result.AddError(Shards.Shard.Refusal("--shard", text));
        return null;
    }
}
