using System.Text.RegularExpressions;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Architecture;

/// <summary>What no file of the library may do, and how long a file may be.</summary>
public sealed class SourceRuleTests
{
    private static readonly Lazy<IReadOnlyList<SourceFile>> Library =
        new(() => [.. SourceFile.Below("src/TransferLearning.Core"), .. SourceFile.Below("src/TransferLearning")]);

    /// <summary>Waits that are meant: a place in a queue, not the end of asynchronous work.</summary>
    private static readonly string[] MeantWaits =
    [
        "Featurization/ImageBatchRunner.cs: _single.Wait()", "Featurization/ImageBatchRunner.cs: _device.Wait()",
    ];

    /// <summary>ML.NET's Fit is synchronous: one place, which runs the work on a thread of the pool, waits for its end.</summary>
    private const string WhereWaitingIsMeant = "Estimators/Synchronous.cs";

    [Theory]
    [InlineData("Console", @"\bConsole\b", "a library writes to no console")]
    [InlineData("async void", @"\basync\s+void\b", "its errors end the process")]
    [InlineData("Result", @"\.Result\b(?!\s*[({=])", "it blocks a thread on asynchronous work")]
    [InlineData("GetResult", @"GetAwaiter\(\)\s*\.\s*GetResult\(", "it blocks a thread on asynchronous work")]
    [InlineData("unseeded random numbers", @"\bnew\s+Random\(\s*\)|\bRandom\.Shared\b", "the same seed must give the same result")]
    [InlineData("local time", @"\bDateTime\.Now\b|\bDateTimeOffset\.Now\b", "it depends on the machine")]
    [InlineData("environment exit", @"\bEnvironment\.(Exit|FailFast)\b", "the process belongs to the application")]
    public void The_library_does_without(string what, string pattern, string reason)
    {
        string[] found =
        [
            .. Library.Value.Where(file => Regex.IsMatch(file.Code, pattern) && (what, file.Path) != ("GetResult", WhereWaitingIsMeant))
                .Select(file => file.Path),
        ];
        Assert.True(found.Length == 0, $"{what} ({reason}) in {string.Join(", ", found)}");
    }

    [Fact]
    public void Only_waits_that_are_meant_block()
    {
        string[] found =
        [
            .. Library.Value.SelectMany(file => Regex.Matches(file.Code, @"\b(\w+)\.Wait(All|Any)?\(")
                .Where(match => match.Groups[1].Value != "Monitor")
                .Select(match => $"{file.Path}: {match.Value})")),
        ];
        Assert.Equal(MeantWaits, found);
    }

    [Theory]
    [InlineData("src", 300)]
    [InlineData("samples", 300)]
    [InlineData("tests", 350)]
    public void Files_are_short_enough_to_be_one_idea(string folder, int mostLines)
    {
        string[] tooLong =
            [.. SourceFile.Below(folder).Where(file => file.Lines > mostLines).Select(file => $"{file.Path} has {file.Lines} lines")];
        Assert.Empty(tooLong);
    }

    [Theory]
    [InlineData("int a = 1; // Console", "int a = 1; ")]
    [InlineData("/* Console */ x", " x")]
    [InlineData("f(\"Console \\\" Console\", y)", "f(\"\", y)")]
    [InlineData("f(@\"c:\\\", y)", "f(\"\", y)")]
    [InlineData("f(\"\", y)", "f(, y)")]
    [InlineData("$\"{{Console}} {a + $\"{b:F1}\"} Console\" + c", "a +  b:F1 \"\"")]
    [InlineData("\"\"\"Console \"Console\" \"\"\" + c", "\"\" + c")]
    [InlineData("$$\"\"\"{Console} {{d}} \"\"\" + c", " d \"\" + c")]
    [InlineData("'\"' + e + '\\''", " + e + ")]
    [InlineData("x = nameof(Console);", "x = ;")]
    public void Comments_and_strings_are_no_code_but_the_holes_of_strings_are(string source, string code)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a.cs"), source);
        Assert.Contains(code, SourceFile.Below(folder.Path)[0].Code, StringComparison.Ordinal);
    }
}
