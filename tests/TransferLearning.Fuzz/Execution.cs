using System.Text.RegularExpressions;

namespace TransferLearning.Fuzz;

/// <summary>Runs a target on one input in this process and says what that shows.</summary>
internal static partial class Execution
{
    private const int FramesThatTell = 4;
    private const int LettersThatTell = 60;

    /// <summary>Behind it the text of System.Text.Json says where in the input it is.</summary>
    private const string JsonPath = " Path:";

    /// <summary>Runs the target; a fault in native code ends the process.</summary>
    public static Outcome Run(FuzzTarget target, byte[] input)
    {
        try
        {
            return new Outcome(OutcomeKind.Accepted, target.Run(input), "");
        }
#pragma warning disable CA1031 // Which exceptions may come is just the question.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return target.IsDocumented(error)
                ? new Outcome(OutcomeKind.Refused, $"{error.GetType().Name} {MessageShape(error.Message)}", error.Message)
                : new Outcome(OutcomeKind.Unexpected, $"{error.GetType().Name} {Frames(error.ToString())}", error.ToString());
        }
    }

    /// <summary>The start and the end of a message, without what comes from the input: what is in quotation marks, and numbers.</summary>
    public static string MessageShape(string message)
    {
        int first = message.IndexOf('\''), last = message.LastIndexOf('\'');
        return first < 0 ? Plain(message) : $"{Plain(message[..first])}'…'{Plain(message[(last + 1)..])}";
    }

    /// <summary>The first frames of the library in a text that holds a stack: faults at one place are one finding.</summary>
    public static string Frames(string text) =>
        string.Join(" < ", Frame().Matches(text).Take(FramesThatTell).Select(match => match.Groups[1].Value));

    private static string Plain(string text)
    {
        int end = text.IndexOf(JsonPath, StringComparison.Ordinal);
        string plain = Number().Replace(end < 0 ? text : text[..end], "0");
        return plain.Length <= LettersThatTell ? plain : plain[..LettersThatTell];
    }

    [GeneratedRegex(@"\b([0-9]+|[0-9A-F]{2,8})\b([,; ×]+[0-9]+\b)*")]
    private static partial Regex Number();

    [GeneratedRegex(@"\bat (?:TransferLearning\.)([\w.`<>]+)[\[(]")]
    private static partial Regex Frame();
}
