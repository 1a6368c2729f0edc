using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace TransferLearning.Cli;

/// <summary>
/// Options with a number: read in the invariant culture and checked for their range; the error message names the option, not a .NET type.
/// </summary>
internal static class NumberOption
{
    private const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <summary>A whole number with a default.</summary>
    public static Option<int> Whole(string name, string description, int otherwise, int least = int.MinValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => Read(result, name, NumberStyles.AllowLeadingSign, least, int.MaxValue),
    };

    /// <summary>A whole number without a default.</summary>
    public static Option<int?> OptionalWhole(string name, string description, int least, int most = int.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Read(result, name, NumberStyles.AllowLeadingSign, least, most),
    };

    /// <summary>A number from 0 to 1 without a default.</summary>
    public static Option<double?> OptionalShare(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "0…1",
        CustomParser = result => Read(result, name, Decimal, 0.0, 1.0),
    };

    /// <summary>A number from 0 to <paramref name="most"/> without a default.</summary>
    public static Option<double?> OptionalUpTo(string name, string description, double most) => new(name)
    {
        Description = description,
        HelpName = string.Create(CultureInfo.InvariantCulture, $"0…{most}"),
        CustomParser = result => Read(result, name, Decimal, 0.0, most),
    };

    /// <summary>A number above 0 without a default.</summary>
    public static Option<double?> OptionalPositive(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "NUMBER",
        CustomParser = result => Read(result, name, Decimal | NumberStyles.AllowExponent, double.Epsilon, double.MaxValue),
    };

    private static T Read<T>(System.CommandLine.Parsing.ArgumentResult result, string name, NumberStyles style, T least, T most)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        string text = result.Tokens[^1].Value;
        if (T.TryParse(text, style, CultureInfo.InvariantCulture, out T value) && value >= least && value <= most)
            return value;
        string kind = T.IsInteger(T.One / (T.One + T.One)) ? "a whole number" : "a number";
        string range = (least == T.MinValue, most == T.MaxValue) switch
        {
            (true, _) => "",
            (_, true) when T.IsSubnormal(least) => " above 0",
            (_, true) => string.Create(CultureInfo.InvariantCulture, $" of {least} or more"),
            _ => string.Create(CultureInfo.InvariantCulture, $" from {least} to {most}"),
        };
        result.AddError($"{name} takes {kind}{range}, not '{text}'.");
        return default;
    }
}
