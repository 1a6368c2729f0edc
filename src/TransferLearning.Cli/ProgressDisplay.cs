using Spectre.Console;

namespace TransferLearning.Cli;

/// <summary>Draws a progress bar on stderr, which keeps stdout clean; writes a line now and then if stderr is not a terminal.</summary>
internal static class ProgressDisplay
{
    private static readonly IAnsiConsole Terminal =
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    private static bool DrawsBars => !Console.IsErrorRedirected && Terminal.Profile.Capabilities is { Interactive: true, Ansi: true };

    /// <summary>Runs work with a bar for the current stage, or one line for each epoch if no bars are drawn.</summary>
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

        var progress = new TerminalProgress(
            stage => description ?? Describe(stage), Console.Error, () => Terminal.Profile.Width, TimeProvider.System);
        try
        {
            return await work(progress).ConfigureAwait(false);
        }
        finally
        {
            progress.End();
        }
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
}
