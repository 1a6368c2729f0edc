using System.CommandLine;
using System.Text.Json;
using TransferLearning.Imaging;
using TransferLearning.Onnx;

namespace TransferLearning.Cli;

/// <summary>Parses and runs the command line and turns every expected error into one line on stderr and an exit code.</summary>
internal static class CommandRunner
{
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            Fail($"{string.Join(' ', parsed.Errors.Select(error => error.Message))} Run with --help for the options.");
            return ExitCode.BadInput;
        }

        // A second Ctrl+C, or a stop that takes longer than this, ends the process at once.
        var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) };
        try
        {
            return await parsed.InvokeAsync(invocation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Fail("Cancelled.");
            return ExitCode.Cancelled;
        }
        catch (Exception error) when (IsBadInput(error))
        {
            Fail(error.Message);
            return ExitCode.BadInput;
        }
    }

    /// <summary>Errors that the caller can mend; everything else is a defect and shows its stack trace.</summary>
    private static bool IsBadInput(Exception error) => error
        is ArgumentException or FormatException or JsonException or IOException or UnauthorizedAccessException or NotSupportedException
        or OnnxGraphException or ImageDecodeException or DatasetException;

    private static void Fail(string message) => Console.Error.WriteLine("error: " + message.ReplaceLineEndings(" "));
}
