using System.Globalization;
using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace TransferLearning.Cli.Shards;

/// <summary>Parquet files that <c>features</c> has written, read one row group at a time.</summary>
/// <param name="Files">The parts, in the order of their names.</param>
/// <param name="Identity">The network and preprocessing that all parts were computed with (<see cref="NetworkIdentity"/>).</param>
/// <param name="Width">The number of features of an image; 0 if no part has an image.</param>
internal sealed record FeatureParts(IReadOnlyList<string> Files, string Identity, int Width)
{
    private const string Extension = ".parquet";
    private const string FeatureColumn = "features/list/element";

    /// <summary>The decodable images of one row group: their paths, and their features row after row.</summary>
    public sealed record Group(IReadOnlyList<string> Paths, ReadOnlyMemory<float> Features);

    /// <summary>Opens parts and checks that they belong together.</summary>
    /// <param name="pattern">A folder of parts, one part, or a pattern such as <c>out/*.parquet</c>.</param>
    /// <param name="cancellationToken">Cancels the checks.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DatasetException">The parts are of different networks, or a file has no features.</exception>
    /// <exception cref="InvalidDataException">A file was not written by this tool, or is damaged.</exception>
    public static async Task<FeatureParts> OpenAsync(string pattern, CancellationToken cancellationToken)
    {
        string[] files = Expand(pattern);
        if (files.Length == 0)
            throw new FileNotFoundException(
                $"There are no parts '{pattern}'; give the output folder of 'features', or a pattern such as 'out/*.parquet'.");
        string? identity = null;
        int width = 0;
        var shards = new Dictionary<Shard, string>();
        foreach (string file in files)
        {
            var part = await FinishedPart.ReadAsync(file, cancellationToken).ConfigureAwait(false);
            identity ??= part.Identity;
            if (part.Identity != identity)
                throw new DatasetException(
                    $"'{file}' was computed with another network or preprocessing than '{files[0]}'; their features cannot be compared.");
            if (part.Shard is { } shard)
                Note(shard, file, shards);
            width = width > 0 ? width : await WidthOfAsync(file, cancellationToken).ConfigureAwait(false);
        }

        if (shards.Count > 0 && !File.Exists(pattern))
            WarnOfMissing([.. shards.Keys]);
        return new FeatureParts(files, identity!, width);
    }

    /// <summary>An image is in one part only, unless there are parts of several runs.</summary>
    private static void Note(Shard shard, string file, Dictionary<Shard, string> shards)
    {
        if (shards.Count > 0 && shards.Keys.First().Count != shard.Count)
        {
            throw new DatasetException(string.Create(
                CultureInfo.InvariantCulture,
                $"'{shards.Values.First()}' is one of {Words.Count(shards.Keys.First().Count, "part")}, '{file}' one of {shard.Count}: ") +
                "they may have the same images. Give the parts of one run.");
        }

        if (!shards.TryAdd(shard, file))
            throw new DatasetException($"'{shards[shard]}' and '{file}' are the same part; give each part once.");
    }

    private static void WarnOfMissing(Shard[] shards)
    {
        int count = shards[0].Count;
        int[] missing = [.. Enumerable.Range(0, count).Except(shards.Select(shard => shard.Index))];
        if (missing.Length == 0)
            return;
        string verb = missing.Length == 1 ? "is" : "are";
        Console.Error.WriteLine(
            $"warning: {Words.Count(missing.Length, "part")} of {count} {verb} missing, such as {new Shard(missing[0], count).FileName}; " +
            "their images are left out.");
    }

    /// <summary>The row groups of all parts, one after the other.</summary>
    public async IAsyncEnumerable<Group> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string file in Files)
        {
            var reader = await ParquetReader.CreateAsync(file, cancellationToken: cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var column = Column(reader, file);
                foreach (var group in reader.RowGroups)
                    yield return await ReadAsync(reader, group, column, file, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static string[] Expand(string pattern)
    {
        if (File.Exists(pattern))
            return [pattern];
        string files = Directory.Exists(pattern) ? Path.Combine(pattern, $"*{Extension}") : pattern;
        return [.. FilePattern.Matches(files, [Extension]).Where(File.Exists)];
    }

    private static async Task<int> WidthOfAsync(string file, CancellationToken cancellationToken)
    {
        var reader = await ParquetReader.CreateAsync(file, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            var column = Column(reader, file);
            foreach (var group in reader.RowGroups)
            {
                var read = await ReadAsync(reader, group, column, file, cancellationToken).ConfigureAwait(false);
                if (read.Paths.Count > 0)
                    return read.Features.Length / read.Paths.Count;
            }
        }

        return 0;
    }

    private static DataField Column(ParquetReader reader, string file) =>
        reader.Schema.DataFields.FirstOrDefault(field => field.Path.ToString() == FeatureColumn)
        ?? throw new DatasetException($"'{file}' has no features: it must be a part of 'features', not of 'predict'.");

    private static async Task<Group> ReadAsync(
        ParquetReader reader, ParquetRowGroupReader group, DataField column, string file, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(reader, group, column, cancellationToken).ConfigureAwait(false) ?? throw new InvalidDataException();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A damaged file may cause any exception in the reader; the remedy is the same.
            throw new InvalidDataException($"'{file}' is damaged. Compute it again with --overwrite.", error);
        }
    }

    /// <summary>A list without a value is an image with an error; all others have the same length; null where they have not.</summary>
    private static async Task<Group?> ReadAsync(
        ParquetReader reader, ParquetRowGroupReader group, DataField column, CancellationToken cancellationToken)
    {
        string[] paths = new string[checked((int)group.RowCount)];
        await group.ReadAsync(reader.Schema.FindDataField(PartColumns.Path), paths.AsMemory()!, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        using var raw = (RawColumnData<float>)await group.ReadRawColumnDataBaseAsync(column, cancellationToken).ConfigureAwait(false);
        var present = new List<string>(paths.Length);
        int row = 0;
        int values = 0;
        var repetitions = raw.RepetitionLevels;
        var definitions = raw.DefinitionLevels;
        for (int i = 0; i < repetitions.Length; i++)
        {
            bool hasValue = definitions[i] == column.MaxDefinitionLevel;
            values += hasValue ? 1 : 0;
            if (repetitions[i] != 0)
                continue;
            if (hasValue && row < paths.Length)
                present.Add(paths[row]);
            row++;
        }

        if (row != paths.Length || (present.Count > 0 && values % present.Count != 0))
            return null;

        // The buffer has a place for every level, also for those without a value.
        return new Group(present, raw.Values[..values].ToArray());
    }
}
