using System.Globalization;
using Parquet;

namespace TransferLearning.Cli.Shards;

/// <summary>The metadata of a finished part.</summary>
/// <param name="Identity">Identifies the network and the task.</param>
/// <param name="Input">Identifies the images; null for parts of earlier versions.</param>
/// <param name="Images">The number of rows.</param>
/// <param name="Failed">How many of them have an error.</param>
internal sealed record FinishedPart(string Identity, string? Input, long Images, long Failed)
{
    private const string IdentityKey = "transferlearning.identity";
    private const string InputKey = "transferlearning.input";
    private const string SampleKey = "transferlearning.sample";
    private const string ShardKey = "transferlearning.shard";
    private const string FailedKey = "transferlearning.failed";

    /// <summary>What some of the images contain; empty for parts of earlier versions.</summary>
    public ContentSample Sample { get; init; } = new("");

    /// <summary>Which part it is; null where the file does not say.</summary>
    public Shard? Shard { get; init; }

    /// <summary>The metadata of the file.</summary>
    public IReadOnlyDictionary<string, string> ToMetadata(Shard shard) => new Dictionary<string, string>
    {
        [IdentityKey] = Identity,
        [InputKey] = Input ?? "",
        [SampleKey] = Sample.Text,
        [ShardKey] = string.Create(CultureInfo.InvariantCulture, $"{shard.Index}/{shard.Count}"),
        [FailedKey] = Failed.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The error for a part whose rows are not as this tool writes them.</summary>
    public static InvalidDataException Damaged(string path, Exception? reason = null) => new(
        $"'{path}' is damaged, or another program has changed it. Compute it again: 'features' or 'predict' with --overwrite.", reason);

    /// <summary>Reads rows: a damaged file may cause any exception in the reader, and the remedy is the same.</summary>
    /// <exception cref="InvalidDataException">The file is <see cref="Damaged"/>.</exception>
    public static async Task<T> ReadRowsAsync<T>(string path, Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw Damaged(path, error);
        }
    }

    /// <summary>Reads it from a file.</summary>
    /// <exception cref="InvalidDataException">The file was not written by this tool, or is damaged.</exception>
    public static async Task<FinishedPart> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            // Nobody may ever write into a pipe, whose length is 0.
            if (new FileInfo(path).Length == 0 || !HasEnd(path))
                throw new InvalidDataException();
            var reader = await ParquetReader.CreateAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                // Both are decoded when they are asked for.
                _ = (reader.Schema, reader.RowGroups.Count);
                return new FinishedPart(
                    reader.CustomMetadata[IdentityKey],
                    reader.CustomMetadata.GetValueOrDefault(InputKey),
                    reader.Metadata!.NumRows,
                    long.Parse(reader.CustomMetadata[FailedKey], NumberStyles.None, CultureInfo.InvariantCulture))
                {
                    Sample = new ContentSample(reader.CustomMetadata.GetValueOrDefault(SampleKey, "")),
                    Shard = Shards.Shard.Parse(reader.CustomMetadata.GetValueOrDefault(ShardKey, "")),
                };
            }
        }
        catch (Exception error) when (error is not (OperationCanceledException or UnauthorizedAccessException))
        {
            // A damaged file may cause any exception in the reader; the remedy is the same.
            throw new InvalidDataException(
                $"'{path}' is not a finished part of this tool: it is damaged, or another program wrote it. Remove it, or compute it " +
                "again: 'features' or 'predict' with --overwrite.",
                error);
        }
    }

    /// <summary>
    /// Whether the footer ends in a zero, the end of its structure, before its length and the name of the format: without it the reader
    /// would look for the end of a number for ever.
    /// </summary>
    private static bool HasEnd(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> end = stackalloc byte[9];
        return RandomAccess.Read(file, end, RandomAccess.GetLength(file) - end.Length) == end.Length && end[0] == 0;
    }
}
