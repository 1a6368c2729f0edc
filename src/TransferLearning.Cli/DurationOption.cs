using System.CommandLine;
using System.Globalization;

namespace TransferLearning.Cli;

/// <summary>Options with a time: a number with s, m or h behind it.</summary>
internal static class DurationOption
{
    /// <summary>A time without a default.</summary>
    public static Option<TimeSpan?> Optional(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (Parse(text) is { } time)
                return time;
            result.AddError($"{name} takes a time above 0 with its unit, for instance 90s, 2m or 1h, not '{text}'.");
            return null;
        },
    };

    private static TimeSpan? Parse(string text)
    {
        var digits = text.AsSpan(0, Math.Max(text.Length - 1, 0));
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            return null;
        double seconds = number * (text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 });
        return seconds is > 0 and < 1e7 ? TimeSpan.FromSeconds(seconds) : null;
    }
}
