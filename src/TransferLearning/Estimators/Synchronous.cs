namespace TransferLearning.MLNet;

/// <summary>
/// ML.NET's <c>Fit</c> is synchronous, and the library's long work is not. The work runs on a thread of the pool, so that no context of the
/// caller is waited for.
/// </summary>
internal static class Synchronous
{
    /// <summary>Waits for asynchronous work.</summary>
    public static T Run<T>(Func<Task<T>> work, CancellationToken cancellationToken) =>
        Task.Run(work, cancellationToken).GetAwaiter().GetResult();
}
