using System.Buffers;
using System.Text;

namespace TransferLearning.Studio;

/// <summary>What a class may be called: a name that can be a folder on every system, because "write to disk" makes one of it.</summary>
public static class ClassNameRule
{
    private const int LongestName = 100;

    private static readonly SearchValues<char> Refused = SearchValues.Create("/\\:*?\"<>|");

    /// <summary>The name as it is stored: trimmed, in composed form.</summary>
    /// <exception cref="ArgumentException">It cannot be the name of a folder; the message is for the user.</exception>
    public static string Check(string name)
    {
        name = name.Trim().Normalize(NormalizationForm.FormC);
        string? reason = name.Length switch
        {
            0 => "A class needs a name.",
            > LongestName => $"The name of a class has at most {LongestName} characters.",
            _ when name.StartsWith('.') || name.EndsWith('.') => "The name of a class neither starts nor ends with a dot.",
            _ when name.AsSpan().ContainsAny(Refused) || name.Any(char.IsControl) =>
                "The name of a class has none of / \\ : * ? \" < > |, because it can become a folder.",
            _ => null,
        };
        return reason is null ? name : throw new ArgumentException(reason);
    }
}
