using Parquet;
using Parquet.Schema;

namespace TransferLearning.Cli.Shards;

/// <summary>Computes the rows of images and writes them as columns.</summary>
internal interface IShardTable : IDisposable
{
    /// <summary>The work, for the progress bar.</summary>
    string Description { get; }

    /// <summary>Distinguishes the results of different networks, preprocessing or numbers of classes.</summary>
    string Identity { get; }

    /// <summary>The columns; the first is <c>path</c>, the last is <c>error</c>.</summary>
    ParquetSchema Schema { get; }

    /// <summary>The number of values of an image, which limits the images in memory.</summary>
    int Width { get; }

    /// <summary>Writes one row for each image.</summary>
    /// <param name="group">Receives the columns.</param>
    /// <param name="rows">The images; receives the errors of those that cannot be decoded.</param>
    /// <param name="progress">Receives progress updates, counted in images.</param>
    /// <param name="cancellationToken">Cancels the work within a batch.</param>
    Task WriteAsync(
        ParquetRowGroupWriter group, ShardRows rows, IProgress<TransferProgress>? progress, CancellationToken cancellationToken);
}
