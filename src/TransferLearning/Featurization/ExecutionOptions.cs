using Microsoft.ML.OnnxRuntime;

namespace TransferLearning.Featurization;

/// <summary>How much of the machine the work may use, and on which execution provider it runs.</summary>
public sealed record ExecutionOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static ExecutionOptions Default { get; } = new();

    /// <summary>
    /// The number of threads, for decoding and for inference together. Null: as many as the process may use, which follows the CPU
    /// quota of a container.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>The number of pictures that go through the network at once. <value>The default is 16.</value></summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>
    /// Called with every <see cref="SessionOptions"/> before a session is created, so that an application that references the package of
    /// another execution provider can append it.
    /// </summary>
    public Action<SessionOptions>? ConfigureSession { get; init; }

    /// <summary>The number of threads to use: <see cref="Threads"/>, or what the process may use.</summary>
    internal int EffectiveThreads => Threads ?? Environment.ProcessorCount;
}
