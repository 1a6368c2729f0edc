using System.Diagnostics;
using System.Globalization;

namespace TransferLearning.Cli.Shards;

/// <summary>Does one shard: lists its images, computes them row group by row group, and puts the finished file in its place.</summary>
internal static class ShardRun
{
    /// <summary>
    /// What a row group holds at most: 1 MiB of floats, of which there are some copies on their way into the file. With four times as many a
    /// thousand images took 30 MB less than ten thousand, which fill more than one row group.
    /// </summary>
    private const int MostNumbers = 1 << 18;

    /// <summary>Runs a shard and reports it.</summary>
    /// <param name="source">A folder of images or a list of them.</param>
    /// <param name="options">Which shard, and where its file goes.</param>
    /// <param name="table">Computes the rows.</param>
    /// <param name="json">Whether the report is JSON.</param>
    /// <param name="cancellationToken">Stops the work; nothing of the part stays.</param>
    /// <returns>The exit code: undecodable images are part of the result, so they are no error of the run.</returns>
    public static async Task<int> RunAsync(string source, ShardOptions options, IShardTable table, bool json, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        string folder = OutputFile.CreateFolder(options.Output, "--output");
        RefuseOtherParts(folder, options.Shard);
        string path = Path.Combine(folder, options.Shard.FileName);
        bool skipped = File.Exists(path) && !options.Overwrite;
        var part = skipped
            ? await ReadFinishedAsync(path, table, cancellationToken).ConfigureAwait(false)
            : await WriteAsync(path, ShardImages.Find(source, options.Shard, cancellationToken), options, table, cancellationToken).ConfigureAwait(false);
        Report(new JsonOutput.Shard(
            options.Shard.Index, options.Shard.Count, part.Images, part.Failed, path, Math.Round(clock.Elapsed.TotalSeconds, 3), skipped), json);
        return ExitCode.Success;
    }

    /// <summary>Parts of two divisions in one folder would count images twice.</summary>
    private static void RefuseOtherParts(string folder, Shard shard)
    {
        string ours = string.Create(CultureInfo.InvariantCulture, $"-of-{shard.Count:00000}.parquet");
        string? other = Directory.EnumerateFiles(folder, "part-*-of-*.parquet").FirstOrDefault(file => !file.EndsWith(ours, StringComparison.Ordinal));
        if (other is not null)
        {
            throw new DatasetException(string.Create(
                CultureInfo.InvariantCulture,
                $"'{folder}' holds '{Path.GetFileName(other)}', which is not one of {shard.Count} parts. Take the same number of shards, or another folder."));
        }
    }

    private static async Task<FinishedPart> ReadFinishedAsync(string path, IShardTable table, CancellationToken cancellationToken)
    {
        var part = await FinishedPart.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        return part.Identity == table.Identity
            ? part
            : throw new DatasetException(
                $"'{path}' comes from another network, preprocessing or task. Take another folder, or do the part again with --overwrite.");
    }

    private static async Task<FinishedPart> WriteAsync(
        string path, ShardImages images, ShardOptions options, IShardTable table, CancellationToken cancellationToken)
    {
        int most = Math.Clamp(MostNumbers / Math.Max(table.Width, 1), 1, options.RowGroup);
        var file = await PartFile.CreateAsync(path, table.Schema).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            long failed = await ProgressDisplay.RunAsync(async progress =>
            {
                long errors = 0;
                for (int first = 0; first < images.Paths.Count; first += most)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var rows = new ShardRows(images, first, Math.Min(most, images.Paths.Count - first));
                    using var group = file.CreateRowGroup();
                    await table.WriteAsync(group, rows, After(progress, first, images.Paths.Count), cancellationToken).ConfigureAwait(false);
                    group.CompleteValidate();

                    // Large arrays are collected late, so that memory would grow for many row groups before it stays.
                    GC.Collect();
                    errors += rows.Errors.Count(error => error is not null);
                    if (first + most < images.Paths.Count)
                        ProgressDisplay.NoteInLog(string.Create(CultureInfo.InvariantCulture, $"{table.Description}: {first + most} of {images.Paths.Count} images"));
                }

                return errors;
            }, table.Description).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            var part = new FinishedPart(table.Identity, images.Paths.Count, failed);
            await file.FinishAsync(part.ToMetadata(options.Shard)).ConfigureAwait(false);
            return part;
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

        string state = shard.Skipped ? "was finished before" : string.Create(CultureInfo.InvariantCulture, $"{shard.Seconds:F1} s");
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{shard.Output}: {shard.Images} images, {shard.Failed} undecodable, {state}"));
    }

    private sealed class CountedFrom(IProgress<TransferProgress> progress, int first, int total) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => progress.Report(value with { Completed = first + value.Completed, Total = total });
    }
}
