using System.Globalization;

namespace TransferLearning.TestHost;

/// <summary><c>threads</c>: writes how many threads the library would use.</summary>
internal static class ThreadsCommand
{
    public static Task RunAsync(string[] arguments) =>
        Console.Out.WriteLineAsync(ExecutionOptions.Default.EffectiveThreads.ToString(CultureInfo.InvariantCulture));
}
