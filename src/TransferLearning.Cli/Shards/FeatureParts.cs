using System.Globalization;
using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Data;
using Parquet.Schema;
using TransferLearning.Onnx;

namespace TransferLearning.Cli.Shards;

/// <summary>Parquet files that <c>features</c> has written, read one row group at a time.</summary>
/// <param name="Files">The parts, in the order of their names.</param>
/// <param name="Identity">The network and preprocessing that all parts were computed with (<see cref="NetworkIdentity"/>).</param>
/// <param name="Width">The number of features of an image.</param>
internal sealed record FeatureParts(IReadOnlyList<string> Files, string Identity, int Width)
{
    private const string Extension = ".parquet";
    private const string FeatureColumn = "features/list/element";

    /// <summary>The decodable images of one row group of a file: their paths, and their features row after row.</summary>
    public sealed record Group(string File, IReadOnlyList<string> Paths, ReadOnlyMemory<float> Features);

    /// <summary>Opens parts and checks that they belong together.</summary>
    /// <param name="pattern">A folder of parts, one part, or a pattern such as <c>out/*.parquet</c>.</param>
    /// <param name="cancellationToken">Cancels the checks.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DatasetException">
    /// The parts are of different networks or runs, a file is of another task, or no image has features.
    /// </exception>
    /// <exception cref="InvalidDataException">A file was not written by this tool, or is damaged.</exception>
    public static async Task<FeatureParts> OpenAsync(string pattern, CancellationToken cancellationToken)
    {
        string[] files = Expand(pattern);
        if (files.Length == 0)
            throw new FileNotFoundException(
                $"There are no parts '{pattern}'; give the output folder of 'features', or a pattern such as 'out/*.parquet'.");
        string? identity = null;
        int width = 0;
        var shards = new Dictionary<Shard, (string File, FinishedPart Part)>();
        foreach (string file in files)
        {
            var part = await FinishedPart.ReadAsync(file, cancellationToken).ConfigureAwait(false);
            identity ??= part.Identity;
            if (part.Identity != identity)
                throw new DatasetException(
                    $"'{file}' was computed with another network or preprocessing than '{files[0]}': their features cannot be " +
                    "compared. Give parts of one network only.");
            if (part.Shard is { } shard)
                Note(shard, file, part, shards);
            width = width > 0 ? width : await WidthOfAsync(file, cancellationToken).ConfigureAwait(false);
        }

        if (width == 0)
        {
            throw new DatasetException(
                $"No image in '{pattern}' has features: there are none, or the column 'error' of the parts says why they have none.");
        }

        if (shards.Count > 0 && !File.Exists(pattern))
            WarnOfMissing([.. shards.Keys]);
        return new FeatureParts(files, identity!, width);
    }

    /// <summary>An image is in one part only, unless there are parts of several runs.</summary>
    private static void Note(Shard shard, string file, FinishedPart part, Dictionary<Shard, (string File, FinishedPart Part)> shards)
    {
        if (shards.Count > 0 && shards.First() is var (other, first) && other.Count != shard.Count)
        {
            throw new DatasetException(string.Create(
                CultureInfo.InvariantCulture,
                $"'{first.File}' is one of {Words.Count(other.Count, "part")}, '{file}' one of {shard.Count}: ") +
                "they may have the same images. Give the parts of one run.");
        }

        if (shards.TryAdd(shard, (file, part)))
            return;
        var known = shards[shard];
        throw new DatasetException(known.Part.Input == part.Input && !known.Part.Sample.IsOfOtherImages(part.Sample)
            ? $"'{known.File}' and '{file}' are the same part; give each part once."
            : $"'{known.File}' and '{file}' are of two runs with other images. Give the parts of one run: 'features' takes a text file " +
                "with the images of several folders, too.");
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
                    yield return await ReadAsync(reader, group, column, Width, file, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Rejects another network than that of the parts.</summary>
    /// <param name="backbone">The backbone.</param>
    /// <param name="network">Its network without the top.</param>
    /// <exception cref="ArgumentException">The parts were not computed with it.</exception>
    public void RequireNetwork(Backbone backbone, OnnxModel network)
    {
        if (NetworkIdentity.Of(FeatureShard.TaskName, network, backbone.Preprocessing) != Identity)
        {
            throw new ArgumentException(
                $"'{Files[0]}' was computed with another backbone or preprocessing than {backbone.Name}; give the --backbone and the " +
                "--preprocessing that 'features' had, and no --resize.");
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
                var read = await ReadAsync(reader, group, column, 0, file, cancellationToken).ConfigureAwait(false);
                if (read.Paths.Count > 0)
                    return read.Features.Length / read.Paths.Count;
            }
        }

        return 0;
    }

    private static DataField Column(ParquetReader reader, string file) =>
        reader.Schema.DataFields.FirstOrDefault(field => field.Path.ToString() == FeatureColumn)
        ?? throw new DatasetException($"'{file}' has no features: it must be a part of 'features', not of 'predict'.");

    private static Task<Group> ReadAsync(
        ParquetReader reader, ParquetRowGroupReader group, DataField column, int width, string file, CancellationToken cancellationToken) =>
        FinishedPart.ReadRowsAsync(file, async () =>
            await ReadRowsAsync(reader, group, column, width, file, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidDataException());

    /// <summary>
    /// A list that is null is an image with an error; all others have the same length, which is that of the first one where the width is 0.
    /// Null where the rows are otherwise.
    /// </summary>
    private static async Task<Group?> ReadRowsAsync(
        ParquetReader reader, ParquetRowGroupReader group, DataField column, int width, string file, CancellationToken cancellationToken)
    {
        string?[] paths = new string?[checked((int)group.RowCount)];
        await group.ReadAsync(reader.Schema.FindDataField(PartColumns.Path), paths.AsMemory()!, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        using var raw = (RawColumnData<float>)await group.ReadRawColumnDataBaseAsync(column, cancellationToken).ConfigureAwait(false);
        int[] lengths = new int[paths.Length];
        int row = -1;
        for (int i = 0; i < raw.RepetitionLevels.Length; i++)
        {
            row += raw.RepetitionLevels[i] == 0 ? 1 : 0;
            if (raw.DefinitionLevels[i] == column.MaxDefinitionLevel)
                lengths[row]++;
            else if (raw.DefinitionLevels[i] != 0)
                return null;
        }

        var present = new List<string>(paths.Length);
        foreach (var (path, length) in paths.Zip(lengths))
        {
            width = width > 0 ? width : length;
            if (path is null || (length != 0 && length != width))
                return null;
            if (length > 0)
                present.Add(path);
        }

        // The buffer has a place for every level, also for those without a value.
        return row == paths.Length - 1 ? new Group(file, present, raw.Values[..(present.Count * width)].ToArray()) : null;
    }
}
