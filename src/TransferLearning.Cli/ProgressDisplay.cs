using Spectre.Console;

namespace TransferLearning.Cli;

/// <summary>Draws progress bars on stderr, so that stdout stays clean; draws nothing where stderr is not a terminal.</summary>
internal static class ProgressDisplay
{
    private static readonly IAnsiConsole Terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    private static bool DrawsBars => !Console.IsErrorRedirected && Terminal.Profile.Capabilities.Interactive;

    /// <summary>Runs training work with one bar for each stage.</summary>
    public static Task<T> RunTrainingAsync<T>(Func<IProgress<FitProgress>?, Task<T>> work) => RunAsync(
        work, (FitProgress value) => (Describe(value.Stage), value.Completed, value.Total), value => value.Epoch is { } epoch ? EpochLine.Of(epoch) : null);

    /// <summary>Runs work that counts images.</summary>
    public static Task<T> RunCountingAsync<T>(string description, long total, Func<IProgress<int>?, Task<T>> work) => RunAsync(
        work, (int value) => (description, value, total), _ => null);

    /// <summary>Runs a quantization with one bar for each stage.</summary>
    public static Task<T> RunQuantizingAsync<T>(Func<IProgress<QuantizationProgress>?, Task<T>> work) => RunAsync(
        work, (QuantizationProgress value) => (Describe(value.Stage), value.Completed, value.Total), _ => null);

    /// <summary>Runs the check of a dataset.</summary>
    public static Task<T> RunCheckAsync<T>(Func<IProgress<DatasetCheckProgress>?, Task<T>> work) => RunAsync(
        work, (DatasetCheckProgress value) => ("Checking", value.Completed, value.Total), _ => null);

    /// <summary>Runs a download.</summary>
    public static Task<T> RunDownloadAsync<T>(Func<IProgress<DownloadProgress>?, Task<T>> work) => RunAsync(
        work, (DownloadProgress value) => ($"Fetching {value.FileName}", value.BytesReceived, value.TotalBytes), _ => null);

    /// <summary>Says how far long work is where no bar does, for instance in the log of a cluster.</summary>
    public static void NoteInLog(string line)
    {
        if (!DrawsBars)
            Console.Error.WriteLine(line);
    }

    private static async Task<TResult> RunAsync<TValue, TResult>(
        Func<IProgress<TValue>?, Task<TResult>> work, Func<TValue, (string Description, long Completed, long Total)> read, Func<TValue, string?> line)
    {
        if (!DrawsBars)
        {
            // A log file gets no bars, only the lines.
            return await work(new InlineProgress<TValue>(value =>
            {
                if (line(value) is { } text)
                    Console.Error.WriteLine(text);
            })).ConfigureAwait(false);
        }

        return await Terminal.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bars = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
                var progress = new InlineProgress<TValue>(value =>
                {
                    var (description, completed, total) = read(value);
                    lock (bars)
                    {
                        if (!bars.TryGetValue(description, out var bar))
                            bars[description] = bar = context.AddTask(description);
                        if (line(value) is { } text)
                            Terminal.WriteLine(text);
                        bar.MaxValue = Math.Max(total, 1);
                        bar.Value = Math.Max(bar.Value, completed);
                    }
                });
                return await work(progress).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }

    private static string Describe(QuantizationStage stage) => stage switch
    {
        QuantizationStage.EvaluateBefore => "Evaluating as it is",
        QuantizationStage.Calibrate => "Measuring ranges",
        _ => "Evaluating quantized",
    };

    private static string Describe(FitStage stage) => stage switch
    {
        FitStage.LoadBackbone => "Loading the backbone",
        FitStage.Featurize => "Featurizing images",
        FitStage.FitHead => "Fitting the head",
        _ => "Training",
    };

    /// <summary>Reports on the calling thread: <see cref="Progress{T}"/> would post to the thread pool and lose the order.</summary>
    private sealed class InlineProgress<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
