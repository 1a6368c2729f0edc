namespace TransferLearning.Fuzz;

/// <summary>What one input may cost.</summary>
/// <param name="Time">The time limit of one input.</param>
/// <param name="MemoryBytes">The number of bytes by which one input may exceed the memory of valid inputs.</param>
internal sealed record WorkerLimits(TimeSpan Time, long MemoryBytes);
