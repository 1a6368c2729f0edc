using System.Text.RegularExpressions;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Documentation;

/// <summary>The README and the guide to datasets show code that compiles: every C# snippet is a region of a sample or of a file beside this one.</summary>
public sealed partial class ReadmeTests
{
    [Theory]
    [InlineData("README.md", "samples")]
    [InlineData("docs/datasets.md", "tests/TransferLearning.Tests/Documentation")]
    public void Every_snippet_of_a_page_is_a_region_of_code(string page, string folder)
    {
        string readme = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, page));
        string[] regions =
        [
            .. Directory.EnumerateFiles(Path.Combine(TestData.RepositoryRoot, folder), "*.cs", SearchOption.AllDirectories)
                .SelectMany(file => Region().Matches(File.ReadAllText(file)).Select(match => Normalize(match.Groups["code"].Value))),
        ];
        string[] snippets = [.. Snippet().Matches(readme).Select(match => Normalize(match.Groups["code"].Value))];
        Assert.NotEmpty(snippets);
        Assert.All(snippets, snippet => Assert.Contains(snippet, regions));
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"#region [^\n]*\n(?<code>.*?)\n[ ]*#endregion", RegexOptions.Singleline)]
    private static partial Regex Region();

    /// <summary>Without the indentation and the line ends, which differ between a region in a method and a snippet.</summary>
    private static string Normalize(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim())).Trim();
}
