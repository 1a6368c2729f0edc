using System.Globalization;
using System.Runtime.InteropServices;
using TransferLearning.Tests.Training;

namespace TransferLearning.TestHost;

/// <summary>
/// <c>train FOLDER OUTPUT LIMIT [device]</c>: trains a tiny network with a checkpoint in FOLDER after every step, writes <c>step</c> at
/// each, and in the end the weights to OUTPUT and <c>done</c>. After LIMIT steps it waits to be killed. With <c>device</c> it takes the way
/// for devices, on the processor.
/// </summary>
internal static class TrainCommand
{
    public static async Task RunAsync(string[] arguments)
    {
        int limit = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        var options = TinyNetwork.LongRun(arguments[0]);
        if (arguments.Contains("device"))
            options = options with { Execution = options.Execution with { AsDevice = true } };
        var result = Trainer.Fit(
            TinyNetwork.Trainable(), TinyNetwork.Examples(60, seed: 1), TinyNetwork.Examples(40, seed: 2),
            options, new Steps(limit));
        await File.WriteAllBytesAsync(arguments[1], MemoryMarshal.AsBytes<float>(TinyNetwork.Weights(result.Model)).ToArray());
        await Console.Out.WriteLineAsync("done");
    }

    private sealed class Steps(int limit) : IProgress<TransferProgress>
    {
        private int _steps;

        public void Report(TransferProgress value)
        {
            Console.Out.WriteLine("step");
            Console.Out.Flush();
            if (++_steps == limit)
                Thread.Sleep(Timeout.Infinite);
            Thread.Sleep(3);
        }
    }
}
