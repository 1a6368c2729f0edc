using Parquet;
using Parquet.Schema;

namespace TransferLearning.Cli.Shards;

/// <summary>Computes the rows of images and writes them as columns.</summary>
internal interface IShardTable : IDisposable
{
    /// <summary>What it does, for the progress bar.</summary>
    string Description { get; }

    /// <summary>Tells results that may stand side by side from those of another network, preprocessing or number of classes.</summary>
    string Identity { get; }

    /// <summary>The columns; the first is <c>path</c>, the last is <c>error</c>.</summary>
    ParquetSchema Schema { get; }

    /// <summary>How many numbers an image has, which limits the images that are held at once.</summary>
    int Width { get; }

    /// <summary>Writes one row for each image.</summary>
    /// <param name="group">Where the columns go.</param>
    /// <param name="rows">The images; those that cannot be decoded get their error.</param>
    /// <param name="progress">Receives progress updates, counted in images.</param>
    /// <param name="cancellationToken">Stops the work within a batch.</param>
    Task WriteAsync(ParquetRowGroupWriter group, ShardRows rows, IProgress<TransferProgress>? progress, CancellationToken cancellationToken);
}
