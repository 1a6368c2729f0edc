using System.CommandLine;
using System.Text.Json;

namespace TransferLearning.Cli;

/// <summary>Parses and runs the command line and reports every expected error as one line on stderr and an exit code.</summary>
internal static class CommandRunner
{
    private static readonly Option<double?> MaxMegapixels = NumberOption.OptionalUpTo(
        OptionWords.MaxMegapixels,
        "The largest image that is decoded, in millions of pixels (default 100; JPEG photos up to 400, as they are decoded at a smaller " +
        "scale).",
        most: 536);

    private static readonly Option<Device?> OnDevice = new("--device")
    {
        Description =
            "What networks run on: cpu (default), cuda, cuda:1, directml, coreml, openvino, or auto, the first that works; see 'devices'.",
        HelpName = "DEVICE",
        CustomParser = result =>
        {
            try
            {
                return Device.Parse(result.Tokens[^1].Value);
            }
            catch (FormatException error)
            {
                result.AddError(error.Message);
                return null;
            }
        },
    };

    public static async Task<int> RunAsync(Command root, string[] args)
    {
        MaxMegapixels.Recursive = true;
        OnDevice.Recursive = true;
        root.Add(MaxMegapixels);
        root.Add(OnDevice);

        // A name such as @alice.jpg is a file, not a response file.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            Fail(UsageError.Describe(parsed));
            return ExitCode.BadInput;
        }

        if (parsed.GetValue(MaxMegapixels) is { } megapixels)
            AppContext.SetData(ImageDecodeOptions.MaxPixelsSetting, (long)(megapixels * 1e6));
        if (parsed.GetValue(OnDevice) is { } device)
            AppContext.SetData(Device.Setting, device.ToString());
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
            string message = MessageOf(error, parsed);
            bool canSkip = parsed.CommandResult.Command.Options.Any(option => option.Name == OptionWords.SkipUndecodable);
            Fail(canSkip ? message : OptionWords.WithoutSkip(message));
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
        is WeightDownloadException or WeightVerificationException or WeightStorageException or DeviceException
        or ImageServerException or DllNotFoundException;

    /// <summary>The message in the words of the command line: without the name of a parameter, which .NET appends.</summary>
    private static string MessageOf(Exception error, ParseResult parsed) => error switch
    {
        DatasetException dataset => RemedyText.Describe(dataset, parsed),
        ArgumentException { ParamName: { } parameter } =>
            error.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal),
        UntrainableNodeException node => FreezeOptions.Describe(node),
        _ => error.Message,
    };

    private static void Fail(string message) => Console.Error.WriteLine("error: " + OptionWords.Of(message).ReplaceLineEndings(" "));
}
