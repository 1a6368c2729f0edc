namespace TransferLearning;

/// <summary>How the threads of a session are used.</summary>
internal enum SessionMode
{
    /// <summary>One run uses one thread, and as many runs as there are threads go side by side: most images a second.</summary>
    Throughput,

    /// <summary>One run uses all threads: the shortest time for one image.</summary>
    Latency,

    /// <summary>
    /// As <see cref="Latency"/>, for many runs of one size after each other whose tensors are large: memory that a run frees is what the
    /// next one takes, instead of one block for all tensors beside it.
    /// </summary>
    Training,
}
