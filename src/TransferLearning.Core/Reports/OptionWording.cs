using System.Text;
using System.Text.RegularExpressions;

namespace TransferLearning;

/// <summary>Options as a model file stores them, in words: <c>LabelSmoothing: 0.1</c> becomes "label smoothing: 0.1".</summary>
internal static partial class OptionWording
{
    /// <summary>Options one below the other; those that are not set are left out.</summary>
    public static string Of(IEnumerable<KeyValuePair<string, string>> options)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in options)
        {
            if (value.Length == 0)
                continue;
            if (text.Length > 0)
                text.Append('\n');
            text.Append(name == "Undecodable" ? "images that cannot be decoded" : Words(name)).Append(": ").Append(Value(name, value));
        }

        return text.ToString();
    }

    private static string Value(string name, string value) => (name, value) switch
    {
        (_, "True") => "yes",
        (_, "False") => "no",
        ("Undecodable", "Throw") => "end the training",
        ("Undecodable", "Skip") => "are left out",
        ("ClassWeights", _) => value.Replace(" ", ", ", StringComparison.Ordinal),
        _ => Joined().Replace(value, match => Words(match.Value)),
    };

    /// <summary>The words of a joined name; abbreviations such as RGB stay together.</summary>
    private static string Words(string name) => Boundary().Replace(name, " ").ToLowerInvariant();

    [GeneratedRegex(@"\b[A-Z][a-z]+([A-Z][a-z]+)*\b")]
    private static partial Regex Joined();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex Boundary();
}
