namespace TransferLearning;

/// <summary>Whether a device works here, found out by running a small network on it.</summary>
public sealed record DeviceStatus
{
    /// <summary>The device.</summary>
    public required Device Device { get; init; }

    /// <summary>Whether a small network ran on it and gave the numbers of the processor.</summary>
    public required bool Works { get; init; }

    /// <summary>What was found: the time of the run, or why the device cannot be used and what to do.</summary>
    public required string Detail { get; init; }
}
