using System.Runtime.ExceptionServices;

namespace TransferLearning;

/// <summary>
/// Hands out batches to workers and brings their results back into order. A worker that is ahead of the others leaves its batch here and
/// goes on; only when too many batches are under way does it wait.
/// </summary>
/// <remarks>Safe for use from many threads.</remarks>
/// <param name="images">The images; read under a lock of its own, so that a slow source does not hold up results.</param>
/// <param name="batchSize">The number of images in a batch; the last may have fewer.</param>
/// <param name="rowLength">The number of floats for each image.</param>
/// <param name="limit">The number of batches that may be under way.</param>
/// <param name="row">Receives the results in order.</param>
/// <param name="skip">Receives the images that were skipped.</param>
/// <param name="progress">Receives progress updates, counted in images.</param>
internal sealed class ImageBatchQueue(
    IEnumerable<ImageSource> images,
    int batchSize,
    int rowLength,
    int limit,
    RowConsumer row,
    SkipConsumer? skip,
    IProgress<int>? progress) : IDisposable
{
    /// <summary>How often a waiting worker looks whether it was cancelled.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly IEnumerator<ImageSource> _source = images.GetEnumerator();
    private readonly object _sourceLock = new();
    private readonly object _orderLock = new();
    private readonly Dictionary<long, ImageBatch> _finished = [];
    private readonly int? _count = images.TryGetNonEnumeratedCount(out int count) ? count : null;
    private bool _exhausted;
    private long _taken;
    private int _images;
    private int _underWay;
    private long _delivered;
    private long _failedBatch = long.MaxValue;
    private Exception? _failure;

    /// <summary>The next batch, or null when there is none or the run has failed.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public ImageBatch? Take(CancellationToken cancellationToken)
    {
        lock (_orderLock)
        {
            while (_underWay >= limit && _failure is null)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(_orderLock, Patience);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (_failure is not null)
                return null;
            _underWay++;
        }

        lock (_sourceLock)
        {
            var taken = new List<ImageSource>(batchSize);
            try
            {
                while (taken.Count < batchSize && !_exhausted)
                {
                    if (_source.MoveNext())
                        taken.Add(_source.Current);
                    else
                        _exhausted = true;
                }
            }
            catch (Exception error)
            {
                _exhausted = true;
                Fail(_taken, error);
                return null;
            }

            if (taken.Count == 0)
            {
                Release();
                return null;
            }

            var batch = new ImageBatch(_taken++, _images, [.. taken], rowLength);
            _images = checked(_images + taken.Count);
            _exhausted |= _images == _count;
            return batch;
        }
    }

    /// <summary>Takes a finished batch back and delivers every batch whose turn it is.</summary>
    public void Complete(ImageBatch batch)
    {
        lock (_orderLock)
        {
            _finished.Add(batch.Number, batch);
            while (_delivered < _failedBatch && _finished.Remove(_delivered, out var next))
            {
                try
                {
                    using (next)
                        Deliver(next);
                }
                catch (Exception error)
                {
                    Fail(next.Number, error);
                    return;
                }

                _delivered++;
                Release();
            }
        }
    }

    /// <summary>
    /// Ends the run with an error. Batches that were taken before are still delivered, so that the same error is the first whichever worker
    /// is faster.
    /// </summary>
    public void Fail(long batch, Exception error)
    {
        lock (_orderLock)
        {
            if (batch < _failedBatch)
                (_failedBatch, _failure) = (batch, error);
            Monitor.PulseAll(_orderLock);
        }
    }

    /// <summary>After all workers have ended: throws what ended the run early.</summary>
    public void ThrowIfFailed(CancellationToken cancellationToken)
    {
        if (_exhausted && _delivered == _taken && _failure is null)
            return;
        // Cancellation shows first: what fails while work is torn down is no news.
        cancellationToken.ThrowIfCancellationRequested();
        ExceptionDispatchInfo.Throw(_failure!);
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private void Release()
    {
        lock (_orderLock)
        {
            _underWay--;
            Monitor.PulseAll(_orderLock);
        }
    }

    private void Deliver(ImageBatch batch)
    {
        for (int i = 0; i < batch.Images.Length; i++)
        {
            if (batch.Skipped[i] is { } error)
                skip!(batch.FirstIndex + i, error);
            else
                row(batch.FirstIndex + i, batch.Row(i));
        }

        progress?.Report(batch.FirstIndex + batch.Images.Length);
    }
}
