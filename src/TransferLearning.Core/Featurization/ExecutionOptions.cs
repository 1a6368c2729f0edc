using Microsoft.ML.OnnxRuntime;

namespace TransferLearning;

/// <summary>How much of the machine the work may use, and on which execution provider it runs.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record ExecutionOptions : ICheckedOptions
{
    /// <summary>The value of <see cref="BatchSize"/> where none is given and networks run on the processor.</summary>
    public const int DefaultBatchSize = 1;

    /// <summary>The value of <see cref="BatchSize"/> where none is given and networks run on another device.</summary>
    public const int DefaultDeviceBatchSize = 64;

    private const int LargestThreads = 1024;
    private const int LargestBatchSize = 1024;

    /// <summary>How many images a worker may be ahead of the others, so that one large image does not make them wait.</summary>
    private const int ImagesAhead = 8;

    private readonly int? _batchSize;

    /// <summary>The options that are used where none are given.</summary>
    public static ExecutionOptions Default { get; } = new();

    /// <summary>
    /// The number of threads, 1 to 1024, for decoding and for inference together. Null: as many as the process may use, which follows the
    /// CPU quota of a container.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>
    /// The number of images that go through the network at once, 1 to 1024. On the processor each thread computes its own batch: one image
    /// at a time stays in its caches and takes little memory, and more pay off by a few percent for networks of very many weights. Another
    /// device takes two batches at a time, always of this size, while all threads decode the next ones.
    /// <value>The default is <see cref="DefaultBatchSize"/> on the processor, <see cref="DefaultDeviceBatchSize"/> elsewhere.</value>
    /// </summary>
    public int BatchSize { get => _batchSize ?? (FeedsOneDevice ? DefaultDeviceBatchSize : DefaultBatchSize); init => _batchSize = value; }

    /// <summary>
    /// Whether training on another device than the processor computes forward and backward with 16-bit numbers, which takes half the
    /// memory. Measure whether it is faster (docs/devices.md). Weights, the loss and the optimizer keep 32 bits, and so do validation and
    /// the saved model; the step is compared with the processor's in 32 bits like any other. It has no effect on the processor.
    /// <value>The default is false.</value>
    /// </summary>
    public bool HalfPrecision { get; init; }

    /// <summary>
    /// Whether the threads that compute one image together spin while they wait for work, instead of sleeping. On a machine that has
    /// nothing else to do a single image then takes a quarter less time; but spinning takes several times the processor time where requests
    /// come with pauses, and makes everything slower where the machine is busy (docs/adr/0009). It has no effect on many images at once.
    /// <value>The default is false.</value>
    /// </summary>
    public bool AllowSpinning { get; init; }

    /// <summary>
    /// What networks run on, for featurizing, training and prediction. Where it is not the processor, every network is compared with the
    /// processor before its first image, for which it is opened there once too, and training compares one step before the first: a
    /// <see cref="DeviceException"/> where outputs, loss or gradients differ.
    /// <value>
    /// The default is <see cref="Device.Cpu"/>, or the device that the application's setting <see cref="Device.Setting"/> names.
    /// </value>
    /// </summary>
    public Device Device { get => field ?? Device.Default; init; }

    /// <summary>
    /// Called with every <see cref="SessionOptions"/> before a session is created, after the provider of <see cref="Device"/> was appended:
    /// for settings of ONNX Runtime that have no option here, and for execution providers that <see cref="TransferLearning.Device"/> does
    /// not name. What it appends is not known here, so whenever it is set networks and training steps are compared with the processor's
    /// first, as for another device, and a provider that computes wrong numbers ends the work with a <see cref="DeviceException"/>. Weights
    /// that are trained stay in memory of the provider.
    /// </summary>
    public Action<SessionOptions>? ConfigureSession { get; init; }

    /// <summary>Whether work is done as on another device than the processor; null: where it is one, as far as is known here.</summary>
    internal bool? AsDevice { get; init; }

    /// <summary>Whether training keeps the tensors of a device apart as if its memory had no addresses, for tests.</summary>
    internal bool KeepsTensorsApart { get; init; }

    /// <summary>
    /// Whether networks may compute other numbers than the processor's own provider: then they are compared with it first, and weights that
    /// are trained stay in memory of the execution provider.
    /// </summary>
    internal bool MayDiffer => AsDevice ?? (ConfigureSession is not null || FeedsOneDevice);

    /// <summary>Whether all threads decode for one session that computes large batches, instead of each computing its own.</summary>
    internal bool FeedsOneDevice => AsDevice ?? (Device.Resolved().Kind != DeviceKind.Cpu);

    /// <summary>Whether images are copied to a device with memory of its own, and kernels for bytes.</summary>
    internal bool TakesPixels => AsDevice ?? (Device.Resolved().Kind is DeviceKind.Cuda or DeviceKind.DirectML);

    /// <summary>Whether a session may be run by one thread at a time, as DirectML's.</summary>
    internal bool RunsOneAtATime => Device.Resolved().Kind == DeviceKind.DirectML;

    /// <summary>The same on the processor.</summary>
    internal ExecutionOptions OnProcessor() =>
        this with { Device = Device.Cpu, ConfigureSession = null, AsDevice = null, HalfPrecision = false };

    /// <summary>The number of threads to use: <see cref="Threads"/>, or what the process may use.</summary>
    internal int EffectiveThreads => Threads ?? Environment.ProcessorCount;

    /// <summary>The number of batches that may be under way for each worker.</summary>
    internal int BatchesPerWorker => Math.Max(2, ImagesAhead / BatchSize);

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(Threads is null or (>= 1 and <= LargestThreads), Threads, $"1 to {LargestThreads}, or null");
        errors.Require(BatchSize is >= 1 and <= LargestBatchSize, BatchSize, $"1 to {LargestBatchSize}");
    }
}
