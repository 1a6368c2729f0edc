using Parquet;
using Parquet.Schema;

namespace TransferLearning.Cli.Shards;

/// <summary>
/// A Parquet file that is either complete or does not exist: it is written under a hidden name, flushed to disk and renamed at the end. The
/// next run removes the incomplete file of a process that died.
/// </summary>
internal sealed class PartFile : IAsyncDisposable
{
    private const string Suffix = ".tmp";
    private const int MostPooledBytes = 16 << 20;

    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _stream;
    private readonly ParquetWriter _writer;
    private bool _closed;

    private PartFile(string path, string temporary, FileStream stream, ParquetWriter writer)
    {
        _path = path;
        _temporary = temporary;
        _stream = stream;
        _writer = writer;
    }

    /// <summary>Creates a file.</summary>
    /// <param name="path">The final path; its folder must exist.</param>
    /// <param name="schema">The columns.</param>
    public static async Task<PartFile> CreateAsync(string path, ParquetSchema schema)
    {
        string folder = Path.GetDirectoryName(path)!;
        string prefix = $".{Path.GetFileName(path)}.";
        RemoveAbandoned(folder, prefix);

        // A unique name: if two processes write the same part, the last one wins, and both have written the same.
        string temporary = Path.Combine(folder, $"{prefix}{Guid.NewGuid():N}{Suffix}");
        var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        try
        {
            // Feature values hardly repeat, so a dictionary encoding does not help.
            var options = new ParquetOptions
            {
                CompressionMethod = CompressionMethod.Snappy,
                DictionaryEncodingThreshold = 0,
                MaximumLargePoolFreeBytes = MostPooledBytes,
            };
            return new PartFile(path, temporary, stream, await ParquetWriter.CreateAsync(schema, stream, options).ConfigureAwait(false));
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Begins the next row group.</summary>
    public ParquetRowGroupWriter CreateRowGroup() => _writer.CreateRowGroup();

    /// <summary>Completes the file and moves it to its path.</summary>
    /// <param name="metadata">The metadata of the file.</param>
    public async Task FinishAsync(IReadOnlyDictionary<string, string> metadata)
    {
        _writer.CustomMetadata = metadata;
        await _writer.DisposeAsync().ConfigureAwait(false);
        _stream.Flush(flushToDisk: true);
        await _stream.DisposeAsync().ConfigureAwait(false);
        File.Move(_temporary, _path, overwrite: true);
        _closed = true;
    }

    /// <summary>Removes the temporary file, unless the file is finished.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closed)
            return;
        _closed = true;

        // The writer is not closed: it would write the footer of a discarded file, and fail if the disk is full.
        await _stream.DisposeAsync().ConfigureAwait(false);
        File.Delete(_temporary);
    }

    /// <summary>Removes the temporary files of dead processes for this part; those of running ones are locked.</summary>
    private static void RemoveAbandoned(string folder, string prefix)
    {
        foreach (string file in Directory.EnumerateFiles(folder, $"{prefix}*{Suffix}"))
        {
            try
            {
                new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
                File.Delete(file);
            }
            catch (IOException)
            {
                // Another process is writing the same part.
            }
        }
    }
}
