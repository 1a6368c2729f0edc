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
        : this(device, $"The device '{device}'", reason, innerException)
    {
    }

    private DeviceException(Device device, string subject, string reason, Exception? innerException)
        : base($"{subject} cannot be used. {reason}", innerException) => Device = device;

    /// <summary>
    /// The device; of a provider that <see cref="ExecutionOptions.ConfigureSession"/> appends, what the options name beside it.
    /// </summary>
    public Device Device { get; }

    /// <summary>The exception for what the options run networks on.</summary>
    internal static DeviceException Of(ExecutionOptions execution, string reason, Exception? innerException = null) =>
        execution.ConfigureSession is null
            ? new(execution.Device, reason, innerException)
            : new(
                execution.Device,
                execution.FeedsOneDevice
                    ? $"The device '{execution.Device}', as {nameof(ExecutionOptions.ConfigureSession)} sets it up,"
                    : $"What {nameof(ExecutionOptions.ConfigureSession)} sets up",
                reason,
                innerException);
}
