namespace TransferLearning;

/// <summary>How the threads of a session are used.</summary>
internal enum SessionMode
{
    /// <summary>One run uses one thread, and as many runs as there are threads go side by side: most images a second.</summary>
    Throughput,

    /// <summary>One run uses all threads: the shortest time for one image.</summary>
    Latency,
}
