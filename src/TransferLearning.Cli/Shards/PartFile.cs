using Parquet;
using Parquet.Schema;

namespace TransferLearning.Cli.Shards;

/// <summary>
/// A Parquet file that is either complete or not there: it is written under a hidden name, flushed to the disk and renamed at the end.
/// What a process leaves that dies is of no use to the next one, which removes it and starts the part anew.
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

    /// <summary>Begins a file.</summary>
    /// <param name="path">The file that will be there; its folder must exist.</param>
    /// <param name="schema">The columns.</param>
    public static async Task<PartFile> CreateAsync(string path, ParquetSchema schema)
    {
        string folder = Path.GetDirectoryName(path)!;
        string prefix = $".{Path.GetFileName(path)}.";
        RemoveAbandoned(folder, prefix);

        // A name of its own: if the same part is done twice at once, the last to finish wins, and both have written the same.
        string temporary = Path.Combine(folder, $"{prefix}{Guid.NewGuid():N}{Suffix}");
        var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        try
        {
            // Features are as good as unique, so looking for repeated values would be in vain.
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

    /// <summary>Begins the next rows.</summary>
    public ParquetRowGroupWriter CreateRowGroup() => _writer.CreateRowGroup();

    /// <summary>Puts the file in its place.</summary>
    /// <param name="metadata">What the file says about itself.</param>
    public async Task FinishAsync(IReadOnlyDictionary<string, string> metadata)
    {
        _writer.CustomMetadata = metadata;
        await _writer.DisposeAsync().ConfigureAwait(false);
        _stream.Flush(flushToDisk: true);
        await _stream.DisposeAsync().ConfigureAwait(false);
        File.Move(_temporary, _path, overwrite: true);
        _closed = true;
    }

    /// <summary>Removes what was written, unless the file is finished.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closed)
            return;
        _closed = true;

        // The writer is not closed: it would only write the end of a file that nobody wants, and fail where the disk is full.
        await _stream.DisposeAsync().ConfigureAwait(false);
        File.Delete(_temporary);
    }

    /// <summary>Removes what dead processes have left of this part; what a living one writes is locked.</summary>
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
                // Another process is at work on the same part.
            }
        }
    }
}
