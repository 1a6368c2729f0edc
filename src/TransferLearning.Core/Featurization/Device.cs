using System.Globalization;

namespace TransferLearning;

/// <summary>
/// What networks run on: the processor, or a graphics card or another accelerator through an execution provider of ONNX Runtime.
/// </summary>
/// <remarks>
/// The package Microsoft.ML.OnnxRuntime that this library references holds the processor's provider, on macOS also CoreML's. Every other
/// one needs another package of ONNX Runtime in the application (docs/devices.md); where it is missing, a <see cref="DeviceException"/>
/// names it. Immutable, equal by value, safe for use from many threads.
/// </remarks>
public sealed record Device
{
    /// <summary>
    /// The setting of the application (runtimeconfig.json or <see cref="AppContext.SetData"/>) with the device that is used where
    /// <see cref="ExecutionOptions.Device"/> is not set, in the words of <see cref="Parse"/>.
    /// </summary>
    public const string Setting = "TransferLearning.Device";

    private Device(DeviceKind kind, int index = 0)
    {
        Kind = kind;
        Index = index;
    }

    /// <summary>The processor. It is always there.</summary>
    public static Device Cpu { get; } = new(DeviceKind.Cpu);

    /// <summary>The graphics card that Windows lists first, of any vendor, through DirectML.</summary>
    public static Device DirectML { get; } = new(DeviceKind.DirectML);

    /// <summary>The graphics card or the neural engine of an Apple computer.</summary>
    public static Device CoreML { get; } = new(DeviceKind.CoreML);

    /// <summary>The processor, the graphics card or the neural processor of Intel, as OpenVINO chooses.</summary>
    public static Device OpenVINO { get; } = new(DeviceKind.OpenVINO);

    /// <summary>
    /// The first of CUDA, DirectML, CoreML and OpenVINO that works here, found by running a small network on each; otherwise the processor.
    /// It is found once in a process.
    /// </summary>
    public static Device Auto { get; } = new(DeviceKind.Auto);

    /// <summary>The device of <see cref="Setting"/>; the processor where it is not set.</summary>
    internal static Device Default => AppContext.GetData(Setting) is string text ? Parse(text) : Cpu;

    /// <summary>What kind of device it is.</summary>
    internal DeviceKind Kind { get; }

    /// <summary>Which of several cards, from 0.</summary>
    internal int Index { get; }

    /// <summary>A graphics card of NVIDIA.</summary>
    /// <param name="index">Which of several cards, from 0, in the order of the CUDA driver.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative.</exception>
    public static Device Cuda(int index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new Device(DeviceKind.Cuda, index);
    }

    /// <summary>
    /// Which devices work here: a small network runs on the processor and on each kind of device. Where the package of a device is missing
    /// that takes a moment; a card that is there takes seconds to start.
    /// </summary>
    /// <param name="cancellationToken">Stops between two devices.</param>
    /// <returns>The processor first, then CUDA, DirectML, CoreML and OpenVINO.</returns>
    /// <exception cref="DllNotFoundException">The native library of ONNX Runtime is missing.</exception>
    public static Task<IReadOnlyList<DeviceStatus>> FindAsync(CancellationToken cancellationToken = default) =>
        Task.Run(() => DeviceProbe.All(cancellationToken), cancellationToken);

    /// <summary>Reads what <see cref="ToString"/> writes: cpu, cuda, cuda:1, directml, coreml, openvino or auto, in any case.</summary>
    /// <exception cref="FormatException">The text names no device.</exception>
    public static Device Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var device in (ReadOnlySpan<Device>)[Cpu, Cuda(), DirectML, CoreML, OpenVINO, Auto])
        {
            if (string.Equals(text, device.ToString(), StringComparison.OrdinalIgnoreCase))
                return device;
        }

        const string cuda = "cuda:";
        return text.StartsWith(cuda, StringComparison.OrdinalIgnoreCase)
            && int.TryParse(text.AsSpan(cuda.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? Cuda(index)
            : throw new FormatException(
                $"'{text}' is no device; use cpu, cuda, cuda:1 (the second card), directml, coreml, openvino or auto.");
    }

    /// <summary>This device, or the one that <see cref="Auto"/> stands for here.</summary>
    internal Device Resolved() => Kind == DeviceKind.Auto ? DeviceProbe.Found : this;

    /// <summary>The device as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => Kind switch
    {
        DeviceKind.Cuda when Index > 0 => string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}"),
        _ => Kind.ToString().ToLowerInvariant(),
    };
}
