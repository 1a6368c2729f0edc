using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// A network loaded into ONNX Runtime. The one place where sessions are created, so that threads, the hook of the application, and errors
/// are the same everywhere.
/// </summary>
/// <remarks>
/// Safe for use from many threads. <see cref="Dispose"/> may be called while runs are under way: they finish, later ones throw
/// <see cref="ObjectDisposedException"/>, and the native memory goes back after the last one.
/// </remarks>
internal sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string _name;

    /// <summary>The owner counts as one user until it disposes; the last user to dispose frees the native session.</summary>
    private int _users = 1;
    private int _disposed;

    private OnnxSession(InferenceSession session, string name, string? modelHash, string provider)
    {
        _session = session;
        _name = name;
        ModelHash = modelHash;
        Provider = provider;
    }

    /// <summary>
    /// The SHA-256 of the model that was loaded, in hexadecimal, or of what it was made of; null where nobody asked for it.
    /// </summary>
    public string? ModelHash { get; }

    /// <summary>
    /// What computes, in a word: numbers of another provider are not the same to the last digit, so caches keep them apart.
    /// </summary>
    public string Provider { get; }

    /// <summary>The inputs by name, as ONNX Runtime sees them; a free dimension is −1.</summary>
    public IReadOnlyDictionary<string, NodeMetadata> Inputs => _session.InputMetadata;

    /// <summary>The outputs by name, as ONNX Runtime sees them; a free dimension is −1.</summary>
    public IReadOnlyDictionary<string, NodeMetadata> Outputs => _session.OutputMetadata;

    /// <summary>Loads a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Threads and the hook of the application.</param>
    /// <param name="mode">How the threads are used.</param>
    /// <param name="name">What error messages call the model.</param>
    /// <param name="modelHash">The value of <see cref="ModelHash"/>.</param>
    /// <exception cref="OnnxGraphException">ONNX Runtime refuses the model.</exception>
    /// <exception cref="DeviceException">The device of the options cannot be used.</exception>
    /// <exception cref="DllNotFoundException">The native library of ONNX Runtime is missing.</exception>
    public static OnnxSession Create(
        OnnxModel model, ExecutionOptions options, SessionMode mode, string name = "model", string? modelHash = null)
    {
        string provider = options.ConfigureSession is null ? options.Device.Resolved().Kind.ToString() : "configured";
        return new OnnxSession(Open(model, options, mode, name), name, modelHash, provider);
    }

    /// <summary>Creates a bare session for work that binds its own tensors; the caller disposes it.</summary>
    /// <inheritdoc cref="Create"/>
    public static InferenceSession Open(OnnxModel model, ExecutionOptions options, SessionMode mode, string name)
    {
        var weights = WeightBuffers.Of(model);
        bool borrows = false;
        try
        {
            var opened = Open(
                session => weights?.AddTo(session) == true
                    ? new BorrowingSession(weights.Skeleton.ToByteArray(), session, weights)
                    : new InferenceSession(model.ToBytes(), session),
                options,
                mode,
                name);
            borrows = opened is BorrowingSession;
            return opened;
        }
        finally
        {
            if (!borrows)
                weights?.Dispose();
        }
    }

    /// <summary>Creates a bare session from the content of a file.</summary>
    /// <inheritdoc cref="Create"/>
    public static InferenceSession Open(byte[] model, ExecutionOptions options, SessionMode mode, string name) =>
        Open(session => new InferenceSession(model, session), options, mode, name);

    private static InferenceSession Open(
        Func<SessionOptions, InferenceSession> open, ExecutionOptions options, SessionMode mode, string name)
    {
        var device = options.Device.Resolved();
        try
        {
            using var session = new SessionOptions
            {
                IntraOpNumThreads = mode == SessionMode.Throughput ? 1 : options.EffectiveThreads,
                InterOpNumThreads = 1,
                EnableMemoryPattern = mode != SessionMode.Training,
                // Errors come as exceptions; a library does not write to the console.
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            };
            // Threads that spin while they wait take the processor from those that decode, and from other programs.
            session.AddSessionConfigEntry("session.intra_op.allow_spinning", options.AllowSpinning ? "1" : "0");
            // The memory of weights is as large as they are, instead of the next step by which the arena of activations grows.
            session.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
            DeviceProvider.Append(session, device);
            options.ConfigureSession?.Invoke(session);
            return open(session);
        }
        catch (OnnxRuntimeException error) when (device.Kind != DeviceKind.Cpu && DeviceProvider.IsAtFault(error))
        {
            throw DeviceProvider.Missing(device, error);
        }
        catch (OnnxRuntimeException error)
        {
            throw new OnnxGraphException($"ONNX Runtime cannot load '{name}': {error.Message}", error);
        }
        catch (Exception error) when (IsNativeLibraryMissing(error))
        {
            throw new DllNotFoundException(
                $"The native library of ONNX Runtime could not be loaded for {RuntimeInformation.RuntimeIdentifier}. Reference the " +
                "package Microsoft.ML.OnnxRuntime (or that of another execution provider) in the application, publish for this platform, " +
                "and on Windows " +
                "install the Visual C++ runtime.",
                error);
        }
    }

    /// <summary>Keeps the session alive for work of several runs, until the returned value is disposed, once.</summary>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public Lease Enter()
    {
        int users = Volatile.Read(ref _users);
        while (true)
        {
            ObjectDisposedException.ThrowIf(users == 0 || Volatile.Read(ref _disposed) != 0, this);
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
                return new Lease(this);
            users = seen;
        }
    }

    /// <summary>Frees the native session, after the runs that are under way.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Leave();
    }

    private static bool IsNativeLibraryMissing(Exception error) =>
        error is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException
        || error is TypeInitializationException { InnerException: { } inner } && IsNativeLibraryMissing(inner);

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            _session.Dispose();
    }

    /// <summary>A session that reads weights where they lie, so that they must stay there until it is disposed.</summary>
    private sealed class BorrowingSession(byte[] model, SessionOptions options, WeightBuffers weights) : InferenceSession(model, options)
    {
        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            weights.Dispose();
        }
    }

    /// <summary>The right to run; the session cannot be freed under it.</summary>
    public readonly struct Lease(OnnxSession owner) : IDisposable
    {
        /// <summary>Runs the network once.</summary>
        /// <param name="inputName">The input.</param>
        /// <param name="input">The tensor; its memory is read in place.</param>
        /// <param name="outputName">The output that is wanted.</param>
        /// <param name="cancellationToken">Stops the run between two of its nodes.</param>
        /// <returns>The output, which the caller disposes.</returns>
        /// <exception cref="OnnxGraphException">ONNX Runtime cannot compute the network.</exception>
        public IDisposableReadOnlyCollection<OrtValue> Run(
            string inputName, OrtValue input, string outputName, CancellationToken cancellationToken)
        {
            using var options = new RunOptions();
            using var stop = cancellationToken.Register(static state => ((RunOptions)state!).Terminate = true, options);
            try
            {
                return owner._session.Run(options, [inputName], [input], [outputName]);
            }
            catch (OnnxRuntimeException error)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new OnnxGraphException($"ONNX Runtime cannot compute '{owner._name}': {error.Message}", error);
            }
        }

        /// <inheritdoc/>
        public void Dispose() => owner.Leave();
    }
}
