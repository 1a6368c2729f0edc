using System.Globalization;
using System.Runtime.CompilerServices;

namespace TransferLearning;

/// <summary>Options that can say what is wrong with their values.</summary>
internal interface ICheckedOptions
{
    /// <summary>Adds every value that is out of range or contradicts another one.</summary>
    void Check(OptionErrors errors);
}

/// <summary>
/// Collects everything that is wrong with options, so that one message lists all of it. Options check themselves with it where they are
/// handed over, before any work starts.
/// </summary>
internal sealed class OptionErrors
{
    private readonly List<string> _errors = [];
    private string _prefix = "";

    /// <summary>The errors so far, one sentence part each.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Checks options and throws one exception with everything that is wrong.</summary>
    /// <exception cref="ArgumentNullException">There are no options.</exception>
    /// <exception cref="ArgumentException">A value is out of range; the message lists every one.</exception>
    public static void ThrowIfAny(ICheckedOptions options, [CallerArgumentExpression(nameof(options))] string parameter = "options")
    {
        ArgumentNullException.ThrowIfNull(options, parameter);
        ThrowIfAny(options, options.Check, parameter);
    }

    /// <summary>As the other overload, with checks that need to know more than the options.</summary>
    public static void ThrowIfAny(ICheckedOptions options, Action<OptionErrors> check, string parameter)
    {
        var collector = new OptionErrors();
        check(collector);
        if (collector._errors.Count > 0)
            throw new ArgumentException($"{options.GetType().Name} is not valid: {string.Join("; ", collector._errors)}.", parameter);
    }

    /// <summary>What is wrong with options; empty where nothing is.</summary>
    public static IReadOnlyList<string> Of(ICheckedOptions options)
    {
        var collector = new OptionErrors();
        options.Check(collector);
        return collector._errors;
    }

    /// <summary>Adds an error unless a condition holds: "NAME is VALUE; it must be WHAT".</summary>
    /// <param name="holds">The condition.</param>
    /// <param name="value">The value that is checked.</param>
    /// <param name="mustBe">What it must be, for instance "1 or more".</param>
    /// <param name="name">The name of the property.</param>
    public void Require<T>(bool holds, T value, string mustBe, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!holds)
            Add(name, $"is {Text(value)}; it must be {mustBe}");
    }

    /// <summary>Adds an error where an enum has a value that it does not declare.</summary>
    public void RequireDefined<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, Enum => Require(Enum.IsDefined(value), value, $"a value of {typeof(T).Name}", name);

    /// <summary>Adds an error where a value is null; otherwise checks it as options inside these.</summary>
    public void RequireValid(ICheckedOptions? value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        RequireNotNull(value, name);
        CheckInside(value, name);
    }

    /// <summary>Checks options inside these; nothing where they are null.</summary>
    public void CheckInside(ICheckedOptions? value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        string outer = _prefix;
        _prefix = $"{outer}{name}.";
        value?.Check(this);
        _prefix = outer;
    }

    /// <summary>Adds an error where a value is null.</summary>
    public void RequireNotNull(object? value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value is null)
            Add(name, "must not be null");
    }

    /// <summary>Adds an error in words: "NAME WHAT".</summary>
    public void Add(string name, string what) => _errors.Add($"{_prefix}{name} {what}");

    private static string Text<T>(T value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
