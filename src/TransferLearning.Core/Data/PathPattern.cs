using System.Text.RegularExpressions;

namespace TransferLearning;

/// <summary>
/// A regular expression that takes a label or a group from a path: its first capturing group, or all that it matches if it has none. It is
/// applied to the file name; if it contains a slash, to the path relative to the dataset with forward slashes.
/// </summary>
internal sealed class PathPattern
{
    /// <summary>Longer work on one name is an expression that would never end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Regex _expression;
    private readonly bool _wholePath;
    private readonly int _group;

    /// <exception cref="ArgumentException">The expression is malformed.</exception>
    public PathPattern(string expression)
    {
        _expression = new Regex(expression, RegexOptions.CultureInvariant, Patience);
        _wholePath = expression.Contains('/', StringComparison.Ordinal);
        _group = _expression.GetGroupNumbers().Length > 1 ? _expression.GetGroupNumbers()[1] : 0;
    }

    /// <summary>What the expression finds in a path; null when it does not match, or finds nothing.</summary>
    /// <param name="key">The path relative to the dataset, with forward slashes.</param>
    public string? Find(string key)
    {
        string text = _wholePath ? key : key[(key.LastIndexOf('/') + 1)..];
        try
        {
            var match = _expression.Match(text);
            return match.Success && match.Groups[_group].Value is { Length: > 0 } found ? found : null;
        }
        catch (RegexMatchTimeoutException error)
        {
            throw new ArgumentException($"The pattern '{_expression}' takes too long for '{text}'; simplify it.", error);
        }
    }

    /// <summary>What is wrong with an expression, as a predicate; null if nothing is.</summary>
    public static string? Fault(string? expression)
    {
        if (expression is null)
            return null;
        if (expression.Length == 0)
            return "is empty; give a regular expression, for instance '^[^.]+'";
        try
        {
            _ = new PathPattern(expression);
            return null;
        }
        catch (ArgumentException error)
        {
            return $"is '{expression}', which is no regular expression: {error.Message.TrimEnd('.')}";
        }
    }
}
