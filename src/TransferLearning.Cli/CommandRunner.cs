using System.CommandLine;
using System.Text.Json;

namespace TransferLearning.Cli;

/// <summary>Parses and runs the command line and reports every expected error as one line on stderr and an exit code.</summary>
internal static class CommandRunner
{
    public static async Task<int> RunAsync(Command root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            Fail(UsageError.Describe(parsed));
            return ExitCode.BadInput;
        }

        using var interruption = new Interruption();
        var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            return await parsed.InvokeAsync(invocation, interruption.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error)
        {
            Fail(error is ResumableTraining resumable ? resumable.Message : "Cancelled.");
            return ExitCode.Cancelled;
        }
        catch (Exception error) when (IsBadInput(error))
        {
            Fail(MessageOf(error));
            return ExitCode.BadInput;
        }
        catch (Exception error) when (IsUnavailable(error))
        {
            Fail(error.Message);
            return ExitCode.Unavailable;
        }
    }

    /// <summary>
    /// Errors that the user can fix. An error that is neither this nor <see cref="IsUnavailable"/> is a defect and shows its stack trace.
    /// </summary>
    private static bool IsBadInput(Exception error) => !IsUnavailable(error) && error
        is TransferLearningException or ArgumentException or FormatException or JsonException or IOException or InvalidDataException
        or UnauthorizedAccessException or NotSupportedException;

    private static bool IsUnavailable(Exception error) => error
        is WeightDownloadException or WeightVerificationException or WeightStorageException or DllNotFoundException;

    /// <summary>The message in the words of the command line: without the name of a parameter, which .NET appends.</summary>
    private static string MessageOf(Exception error) => error switch
    {
        ArgumentException { ParamName: { } parameter } =>
            error.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal),
        UntrainableNodeException node => FreezeOptions.Describe(node),
        _ => error.Message,
    };

    private static void Fail(string message) => Console.Error.WriteLine("error: " + message.ReplaceLineEndings(" "));
}
