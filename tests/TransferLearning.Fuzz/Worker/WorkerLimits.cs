namespace TransferLearning.Fuzz;

/// <summary>What one input may cost.</summary>
/// <param name="Time">The time that one input may take.</param>
/// <param name="MemoryBytes">By how much one input may raise the memory of the process over what sound inputs take.</param>
internal sealed record WorkerLimits(TimeSpan Time, long MemoryBytes);
