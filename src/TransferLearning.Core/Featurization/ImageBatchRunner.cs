using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.ML.OnnxRuntime;

namespace TransferLearning;

/// <summary>Receives the output for one image.</summary>
/// <param name="index">The position of the image in the sequence.</param>
/// <param name="output">The output; valid during the call only.</param>
internal delegate void RowConsumer(int index, ReadOnlySpan<float> output);

/// <summary>Receives an image that was skipped.</summary>
/// <param name="index">The position of the image in the sequence.</param>
/// <param name="error">What is wrong with it.</param>
internal delegate void SkipConsumer(int index, ImageDecodeException error);

/// <summary>
/// Sends images through a network: each worker decodes its own batch straight into the input tensor and runs the network on its own
/// thread. No worker waits for another, and no more threads are busy than the options allow. On another device than the processor two
/// batches run at a time, always of the same size, while the other workers decode the next ones; where the network takes pixels, a batch
/// is a quarter of the bytes.
/// </summary>
/// <remarks>
/// Safe for use from many threads. Does not own the session. Memory is bounded by the number of workers, whatever the number of images.
/// The input tensors of the workers stay for the next call: at most one for each thread.
/// </remarks>
/// <param name="session">The network.</param>
/// <param name="network">Its input and output.</param>
/// <param name="preprocessor">Turns images into input.</param>
/// <param name="decoding">What reading and decoding may cost.</param>
/// <param name="options">Threads and batch size.</param>
[SuppressMessage("Design", "CA1001", Justification = "The semaphores have no native handle, and running callers still release them.")]
internal sealed class ImageBatchRunner(
    OnnxSession session, ImageNetwork network, ImagePreprocessor preprocessor, ImageDecodeOptions decoding, ExecutionOptions options)
{
    /// <summary>More single images at once than processors would only cost memory.</summary>
    private readonly SemaphoreSlim _single = new(options.RunsOneAtATime ? 1 : options.EffectiveThreads);

    /// <summary>
    /// Lets so many batches at a time onto a device: while one is computed, the next is copied there. More would take turns, and each would
    /// wait for all others.
    /// </summary>
    private const int RunsOnDevice = 2;

    private readonly SemaphoreSlim _device = new(options.RunsOneAtATime ? 1 : RunsOnDevice);

    /// <summary>Pinned tensors that wait for a worker. Made anew for each call they cost a full collection every few calls.</summary>
    private readonly ConcurrentQueue<BatchInput> _inputs = [];

    /// <summary>Runs all images.</summary>
    /// <param name="images">The images; taken as they are needed, one batch at a time, never from two threads at once.</param>
    /// <param name="row">Receives the outputs in the order of the images, one call at a time, on the workers' threads.</param>
    /// <param name="skip">Receives undecodable images, in order with the rows. Null: the first one ends the run.</param>
    /// <param name="cache">Rows that were computed before. Null: all are computed.</param>
    /// <param name="hashes">Receives the hashes of the first images, as many as it has room for; undefined for undecodable ones.</param>
    /// <param name="progress">Receives progress updates, counted in images, skipped ones included.</param>
    /// <param name="cancellationToken">Stops the run in the middle of a batch.</param>
    /// <exception cref="ImageDecodeException">
    /// An image cannot be decoded, the first in order, and <paramref name="skip"/> is null.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public async Task RunAsync(
        IEnumerable<ImageSource> images,
        RowConsumer row,
        SkipConsumer? skip = null,
        FeatureCacheScope? cache = null,
        Memory<ImageHash> hashes = default,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var lease = session.Enter();
        int workers = options.EffectiveThreads;
        int fullBatch = network.BatchOfOne ? 1 : options.BatchSize;
        int batchSize = fullBatch;

        // While some workers wait for the device, as many others decode as there are threads.
        if (options.FeedsOneDevice)
            workers += RunsOnDevice;
        if (images.TryGetNonEnumeratedCount(out int count))
        {
            // A handful of images is spread over all threads instead of filling one batch.
            batchSize = Math.Clamp((count + workers - 1) / workers, 1, batchSize);
            workers = Math.Clamp((count + batchSize - 1) / batchSize, 1, workers);
        }

        int tensorSize = options.FeedsOneDevice ? fullBatch : batchSize;
        using var queue = new ImageBatchQueue(
            images, batchSize, network.RowLength, workers * options.BatchesPerWorker, row, skip, progress);
        var running = new Task[workers];
        for (int i = 0; i < workers; i++)
        {
            // The work is blocking and long, so it gets threads of its own and leaves the pool to the application.
            running[i] = Task.Factory.StartNew(
                () => Work(queue, tensorSize, lease, skip is not null, cache, hashes, cancellationToken),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }

        await Task.WhenAll(running).ConfigureAwait(false);
        queue.ThrowIfFailed(cancellationToken);
    }

    /// <summary>Runs one image on the thread of the caller.</summary>
    /// <param name="image">The image.</param>
    /// <param name="output">Receives the row of the network.</param>
    /// <exception cref="ImageDecodeException">The image cannot be decoded.</exception>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public void Run(ImageSource image, Span<float> output)
    {
        using var lease = session.Enter();
        using var input = BatchInput.Rent(images: 1, preprocessor.TensorLength, network.TakesPixels);
        using (var content = image.Read(decoding))
            input.Load(0, content, preprocessor, image.Name);
        _single.Wait();
        try
        {
            using var result = Compute(lease, input, 1, CancellationToken.None);
            result[0].GetTensorDataAsSpan<float>().CopyTo(output);
        }
        finally
        {
            _single.Release();
        }
    }

    private void Work(
        ImageBatchQueue queue,
        int batchSize,
        OnnxSession.Lease lease,
        bool skips,
        FeatureCacheScope? cache,
        Memory<ImageHash> hashes,
        CancellationToken cancellationToken)
    {
        BatchInput? input = null;
        using var images = new ImageSequence(decoding);
        try
        {
            while (queue.Take(cancellationToken) is { } batch)
            {
                try
                {
                    input ??= RentInput(batchSize);
                    Fill(batch, images, input, batchSize, lease, skips, cache, hashes.Span, cancellationToken);
                }
                catch (Exception error)
                {
                    queue.Fail(batch.Number, error);
                    return;
                }

                queue.Complete(batch);
            }
        }
        catch (OperationCanceledException)
        {
            // Said once, by the caller of the workers.
        }
        finally
        {
            // Several calls at once need more tensors than are worth keeping.
            if (input is not null && _inputs.Count < options.EffectiveThreads)
                _inputs.Enqueue(input);
        }
    }

    /// <summary>A tensor for a batch, pinned since ONNX Runtime reads it in place. One that is too small gives way.</summary>
    private BatchInput RentInput(int batchSize) => _inputs.TryDequeue(out var kept) && kept.Images >= batchSize
        ? kept
        : BatchInput.Pinned(batchSize, preprocessor.TensorLength, network.TakesPixels);

    private void Fill(
        ImageBatch batch,
        ImageSequence images,
        BatchInput input,
        int batchSize,
        OnnxSession.Lease lease,
        bool skips,
        FeatureCacheScope? cache,
        Span<ImageHash> hashes,
        CancellationToken cancellationToken)
    {
        int pending = 0;
        Span<int> positions = stackalloc int[batch.Images.Length];
        var keys = cache is null ? null : new ImageHash[batch.Images.Length];
        for (int i = 0; i < batch.Images.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var image = batch.Images[i];
            try
            {
                var content = images.Read(image);
                bool isAsked = batch.FirstIndex + i < hashes.Length;
                var hash = isAsked || cache is not null ? images.Hash() : default;
                if (isAsked)
                    hashes[batch.FirstIndex + i] = hash;
                if (cache is not null)
                {
                    keys![i] = image.View is { } view ? hash.With(view.Key) : hash;
                    if (cache.TryRead(keys[i], batch.Row(i)))
                        continue;
                }

                input.Load(pending, content, preprocessor, image.Name);
                positions[pending++] = i;
            }
            catch (ImageDecodeException error) when (skips)
            {
                batch.Skipped[i] = error;
            }
        }

        if (pending == 0)
            return;
        using var result = options.FeedsOneDevice
            ? ComputeOnDevice(lease, input, batchSize, cancellationToken)
            : Compute(lease, input, pending, cancellationToken);
        var rows = result[0].GetTensorDataAsSpan<float>();
        for (int i = 0; i < pending; i++)
        {
            var row = rows.Slice(i * network.RowLength, network.RowLength);
            row.CopyTo(batch.Row(positions[i]));
            cache?.Write(keys![positions[i]], row);
        }
    }

    /// <summary>
    /// Computes a full batch, whatever of it counts: kernels of a device are chosen for a shape, and each new one takes a search.
    /// </summary>
    private IDisposableReadOnlyCollection<OrtValue> ComputeOnDevice(
        OnnxSession.Lease lease, BatchInput input, int batchSize, CancellationToken cancellationToken)
    {
        _device.Wait(cancellationToken);
        try
        {
            return Compute(lease, input, batchSize, cancellationToken);
        }
        finally
        {
            _device.Release();
        }
    }

    private IDisposableReadOnlyCollection<OrtValue> Compute(
        OnnxSession.Lease lease, BatchInput input, int count, CancellationToken cancellationToken)
    {
        using var tensor = input.ToTensor(count, network);
        var result = lease.Run(network.Input, tensor, network.Output, cancellationToken);
        int length = result[0].GetTensorDataAsSpan<float>().Length;
        if (length == count * network.RowLength)
            return result;
        result.Dispose();
        throw new OnnxGraphException(
            $"The output '{network.Output}' has {length} numbers for {count} images instead of {network.RowLength} for each; " +
            "its first dimension must be the batch.");
    }
}
