using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Microsoft.ML;

namespace TransferLearning.MLNet;

/// <summary>
/// Reads rows ahead of a cursor: the workers of the network take rows as they need images, the values of the other columns wait in a fixed
/// number of slots, and the results come back in the order of the rows. When all slots are in use, reading waits for the cursor.
/// </summary>
internal sealed class PrefetchingRows : IDisposable
{
    /// <summary>
    /// Batches per worker in addition to those that the runner computes: one is being filled while finished ones wait.
    /// </summary>
    private const int ExtraBatches = 2;

    private readonly DataViewRowCursor _input;
    private readonly ImageReader _reader;
    private readonly PipelineNetwork _network;
    private readonly List<ColumnBuffer> _buffers = [];
    private readonly float[][] _outputs;
    private readonly BlockingCollection<int> _free = [];
    private readonly ConcurrentQueue<int> _inProgress = new();
    private readonly BlockingCollection<int> _ready = [];
    private readonly CancellationTokenSource _stop = new();
    private ExceptionDispatchInfo? _failure;
    private bool _started;

    /// <param name="input">The cursor over the input, which this object owns.</param>
    /// <param name="image">The column of images, which must be active.</param>
    /// <param name="network">Computes the images.</param>
    public PrefetchingRows(DataViewRowCursor input, ImageColumn image, PipelineNetwork network)
    {
        _input = input;
        _reader = ImageReader.Create(input, image);
        _network = network;
        var execution = network.Execution;
        int slots = (execution.BatchesPerWorker + ExtraBatches) * execution.EffectiveThreads * execution.BatchSize;
        _outputs = new float[slots][];
        for (int slot = 0; slot < slots; slot++)
        {
            _outputs[slot] = new float[network.RowLength];
            _free.Add(slot);
        }
    }

    /// <summary>The slot of the current row; −1 before the first and after the last.</summary>
    public int Current { get; private set; } = -1;

    /// <summary>The network's numbers of the current row.</summary>
    public float[] Output => _outputs[Current];

    /// <summary>Keeps the values of a column, which must be active.</summary>
    public ColumnBuffer Buffer(DataViewSchema.Column column) => Kept(ColumnBuffer.Create(_input, column, _outputs.Length));

    /// <summary>Keeps the identities of the rows.</summary>
    public ColumnBuffer BufferIds() => Kept(ColumnBuffer.Ids(_input, _outputs.Length));

    /// <summary>Waits for the next row; false after the last.</summary>
    /// <exception cref="ImageDecodeException">The image of a row cannot be decoded.</exception>
    /// <exception cref="ObjectDisposedException">The network has been disposed.</exception>
    public bool MoveNext()
    {
        if (!_started)
        {
            _started = true;
            _ = RunAsync();
        }

        if (Current >= 0)
            _free.Add(Current);
        if (_ready.TryTake(out int slot, Timeout.Infinite))
        {
            Current = slot;
            return true;
        }

        Current = -1;
        _failure?.Throw();
        return false;
    }

    /// <summary>Stops the work and waits for its end: the input must not be read after it is disposed.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        while (_started && _ready.TryTake(out _, Timeout.Infinite))
        {
        }

        _input.Dispose();
        _stop.Dispose();
        _free.Dispose();
        _ready.Dispose();
    }

    private ColumnBuffer Kept(ColumnBuffer buffer)
    {
        _buffers.Add(buffer);
        return buffer;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Any error is rethrown to the reader of the rows.")]
    private async Task RunAsync()
    {
        try
        {
            await _network.Many.RunAsync(Images(), Deliver, cancellationToken: _stop.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            _failure = ExceptionDispatchInfo.Capture(error);
        }
        finally
        {
            _ready.CompleteAdding();
        }
    }

    /// <summary>The images, which the workers take one after the other, never two at once.</summary>
    private IEnumerable<ImageSource> Images()
    {
        while (true)
        {
            int slot = _free.Take(_stop.Token);
            if (!_input.MoveNext())
                yield break;
            foreach (var buffer in _buffers)
                buffer.Fill(slot);
            _inProgress.Enqueue(slot);
            yield return _reader.Read();
        }
    }

    private void Deliver(int index, ReadOnlySpan<float> output)
    {
        // Images are delivered in the order in which they were taken.
        _inProgress.TryDequeue(out int slot);
        output.CopyTo(_outputs[slot]);
        _ready.Add(slot);
    }
}
