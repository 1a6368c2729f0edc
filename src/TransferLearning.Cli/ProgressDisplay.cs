using Spectre.Console;

namespace TransferLearning.Cli;

/// <summary>Draws progress bars on stderr, which keeps stdout clean; writes a line now and then if stderr is not a terminal.</summary>
internal static class ProgressDisplay
{
    private static readonly IAnsiConsole Terminal =
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    private static bool DrawsBars => !Console.IsErrorRedirected && Terminal.Profile.Capabilities.Interactive;

    /// <summary>Runs work with one bar for each stage, or one line for each epoch if no bars are drawn.</summary>
    /// <param name="work">The work.</param>
    /// <param name="description">The text next to the bar; null for the name of the stage.</param>
    public static async Task<T> RunAsync<T>(Func<IProgress<TransferProgress>?, Task<T>> work, string? description = null)
    {
        if (!DrawsBars)
        {
            // A log file gets no bars, only lines.
            return await work(new LogProgress(
                stage => description ?? Describe(stage), Console.Error, TimeProvider.System)).ConfigureAwait(false);
        }

        return await Terminal.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var order = new Lock();
                ProgressTask? bar = null;
                TransferStage? stage = null;
                return await work(new InlineProgress(value =>
                {
                    lock (order)
                    {
                        if (bar is null || stage != value.Stage)
                            (bar, stage) = (context.AddTask(description ?? Describe(value.Stage)), value.Stage);
                        if (value.Epoch is { } epoch)
                            Terminal.WriteLine(EpochLine.Of(epoch));
                        if (value.Note is { } note)
                            Terminal.WriteLine(note);
                        bar.IsIndeterminate = value.Total == 0;
                        bar.MaxValue = Math.Max(value.Total, 1);
                        bar.Value = Math.Max(bar.Value, value.Completed);
                    }
                })).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }

    /// <summary>Writes a line of progress if no bars are drawn, for instance to the log of a cluster.</summary>
    public static void NoteInLog(string line)
    {
        if (!DrawsBars)
            Console.Error.WriteLine(line);
    }

    private static string Describe(TransferStage stage) => stage switch
    {
        TransferStage.LoadBackbone => "Loading the backbone",
        TransferStage.ReadDataset => "Reading the dataset",
        TransferStage.CheckDataset => "Checking images",
        TransferStage.Featurize => "Featurizing images",
        TransferStage.FitHead => "Fitting the head",
        TransferStage.FindLearningRate => "Finding the learning rate",
        TransferStage.Calibrate => "Measuring activations",
        TransferStage.Predict => "Predicting",
        TransferStage.Evaluate => "Evaluating",
        TransferStage.Draw => "Drawing images",
        TransferStage.FetchDataset => "Downloading the dataset",
        TransferStage.UnpackDataset => "Unpacking the dataset",
        _ => "Training",
    };

    /// <summary>Reports on the calling thread: <see cref="Progress{T}"/> would post to the thread pool and lose the order.</summary>
    private sealed class InlineProgress(Action<TransferProgress> report) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => report(value);
    }
}
