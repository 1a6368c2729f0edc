namespace TransferLearning;

/// <summary>
/// A device cannot be used: its execution provider, library or driver is missing, or it computes other numbers than the processor. The
/// message says what was found and what to do.
/// </summary>
public sealed class DeviceException : TransferLearningException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="device">The device.</param>
    /// <param name="reason">What is wrong with it and what to do: one or more sentences.</param>
    /// <param name="innerException">What ONNX Runtime said; null for nothing.</param>
    public DeviceException(Device device, string reason, Exception? innerException = null)
        : base($"The device '{device}' cannot be used. {reason}", innerException) => Device = device;

    /// <summary>The device.</summary>
    public Device Device { get; }
}
