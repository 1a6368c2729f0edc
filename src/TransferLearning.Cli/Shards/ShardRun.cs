using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Parquet;

namespace TransferLearning.Cli.Shards;

/// <summary>Runs one shard: lists its images, computes one row group after the other, and moves the finished file to its path.</summary>
internal static class ShardRun
{
    /// <summary>
    /// The maximum number of values in a row group: 1 MiB of floats, of which the writer holds some copies. With four times as many, memory
    /// was 30 MB higher for ten thousand images, which fill more than one row group, than for a thousand.
    /// </summary>
    private const int MostNumbers = 1 << 18;

    /// <summary>Runs a shard and reports it.</summary>
    /// <param name="source">A folder of images or a list of them.</param>
    /// <param name="options">The shard, and the folder of its file.</param>
    /// <param name="table">Computes the rows.</param>
    /// <param name="json">Whether the result is printed as JSON.</param>
    /// <param name="cancellationToken">Cancels the work; no incomplete part stays.</param>
    /// <returns>The exit code: undecodable images are part of the result, not an error.</returns>
    public static async Task<int> RunAsync(
        string source, ShardOptions options, IShardTable table, bool json, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        string folder = OutputFile.CreateFolder(options.Output, "--output");
        RefuseOtherParts(folder, options.Shard);
        var shard = options.Shard;
        string path = Path.Combine(folder, shard.FileName);
        bool skipped = File.Exists(path) && !options.Overwrite;
        var images = ShardImages.Find(source, shard, cancellationToken);
        var part = skipped ? await ReadFinishedAsync(path, table, cancellationToken).ConfigureAwait(false) : null;
        if (part is not null && IsOfOtherImages(part, images, options))
        {
            throw new DatasetException(
                $"'{path}' has the results of other images than those that are now in '{source}'. Use another folder, or replace the " +
                "part with --overwrite.");
        }

        if (part is null || (options.RetryFailed && part.Failed > 0))
        {
            skipped = false;
            part = await WriteAsync(path, images, options, table, part is not null, cancellationToken).ConfigureAwait(false);
        }

        double seconds = Math.Round(clock.Elapsed.TotalSeconds, 3);
        Report(new JsonOutput.Shard(shard.Index, shard.Count, part.Images, part.Failed, path, seconds, skipped), json);
        return ExitCode.Success;
    }

    /// <summary>Parts of different numbers of shards in one folder would contain images twice.</summary>
    private static void RefuseOtherParts(string folder, Shard shard)
    {
        string ours = string.Create(CultureInfo.InvariantCulture, $"-of-{shard.Count:00000}.parquet");
        string? other = Directory.EnumerateFiles(folder, "part-*-of-*.parquet")
            .FirstOrDefault(file => !file.EndsWith(ours, StringComparison.Ordinal));
        if (other is not null)
        {
            throw new DatasetException(string.Create(
                CultureInfo.InvariantCulture,
                $"'{folder}' contains '{Path.GetFileName(other)}', which is not one of {Words.Count(shard.Count, "part")}. ") +
                "Use the same number of shards, or another folder.");
        }
    }

    private static async Task<FinishedPart> ReadFinishedAsync(
        string path, IShardTable table, CancellationToken cancellationToken)
    {
        var part = await FinishedPart.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        return part.Identity == table.Identity
            ? part
            : throw new DatasetException(
                $"'{path}' comes from another network, preprocessing or task. Use another folder, or replace the part with --overwrite.");
    }

    /// <summary>By their names, and by the content of some; repaired images are expected where failed ones are tried again.</summary>
    private static bool IsOfOtherImages(FinishedPart part, ShardImages images, ShardOptions options) =>
        (!string.IsNullOrEmpty(part.Input) && part.Input != images.Identity())
        || (!options.RetryFailed && part.Sample.IsOfOtherImages(ContentSample.Of(images)));

    private static async Task<FinishedPart> WriteAsync(
        string path, ShardImages images, ShardOptions options, IShardTable table, bool keeps, CancellationToken cancellationToken)
    {
        var sample = ContentSample.Of(images);
        int most = Math.Clamp(MostNumbers / Math.Max(table.Width, 1), 1, options.RowGroup);
        var file = await PartFile.CreateAsync(path, table.Schema).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            long failed = await ProgressDisplay.RunAsync(async progress =>
            {
                long errors = 0;
                int first = 0;
                await foreach (var rows in (keeps ? FinishedAsync(path, images, cancellationToken) : All(images, most))
                    .ConfigureAwait(false))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    using var group = file.CreateRowGroup();
                    var counted = After(progress, first, images.Count);
                    await table.WriteAsync(group, rows, counted, cancellationToken).ConfigureAwait(false);
                    group.CompleteValidate();

                    // Large arrays are collected late: without this, memory would grow over many row groups.
                    GC.Collect();
                    errors += rows.Errors.Count(error => error is not null);
                    first += rows.Paths.Length;
                    if (first < images.Count)
                        ProgressDisplay.NoteInLog($"{table.Description}: {first} of {Words.Count(images.Count, "image")}");
                }

                return errors;
            }, table.Description).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            var part = new FinishedPart(table.Identity, images.Identity(), images.Count, failed) { Sample = sample };
            await file.FinishAsync(part.ToMetadata(options.Shard)).ConfigureAwait(false);
            return part;
        }
    }

    /// <summary>All images, in row groups of at most so many.</summary>
    private static IAsyncEnumerable<ShardRows> All(ShardImages images, int most) => Enumerable.Range(0, (images.Count + most - 1) / most)
        .Select(group => new ShardRows(images, group * most, Math.Min(most, images.Count - (group * most))))
        .ToAsyncEnumerable();

    /// <summary>The row groups of a finished part.</summary>
    private static async IAsyncEnumerable<ShardRows> FinishedAsync(
        string path, ShardImages images, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = await ParquetReader.CreateAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            int first = 0;
            foreach (var group in reader.RowGroups)
            {
                var finished = await FinishedRows.ReadAsync(path, reader, group, cancellationToken).ConfigureAwait(false);
                if (!finished.AreOf(images, first))
                    throw new DatasetException($"'{path}' has the results of other images; replace the part with --overwrite.");
                yield return new ShardRows(images, first, finished.Count, finished);
                first += finished.Count;
            }
        }
    }

    /// <summary>Counts on from the images of the row groups before.</summary>
    private static CountedFrom? After(IProgress<TransferProgress>? progress, int first, int total) =>
        progress is null ? null : new CountedFrom(progress, first, total);

    private static void Report(JsonOutput.Shard shard, bool json)
    {
        if (json)
        {
            JsonOutput.Print(shard);
            return;
        }

        string state = shard.Skipped ? "already finished" : string.Create(CultureInfo.InvariantCulture, $"{shard.Seconds:F1} s");
        string hint = shard is { Skipped: true, Failed: > 0 } ? $"; {OptionWords.RetryFailed} tries those without a result again" : "";
        Console.Out.WriteLine($"{shard.Output}: {Words.Count(shard.Images, "image")}, {shard.Failed} undecodable, {state}{hint}");
    }

    private sealed class CountedFrom(IProgress<TransferProgress> progress, int first, int total) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => progress.Report(value with { Completed = first + value.Completed, Total = total });
    }
}
