using System.Globalization;
using System.Text.RegularExpressions;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Documentation;

/// <summary>What the pages say about the repository is true. Their C# is compiled by <c>.ci/use-snippets</c>.</summary>
public sealed partial class PageTests
{
    private static readonly string Root = TestData.RepositoryRoot;

    public static TheoryData<string> Pages =>
    [
        .. Directory.GetFiles(Root, "*.md")
            .Concat(Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Root, path)),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_within_the_repository_lead_somewhere(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Root, page))!;
        Assert.All(
            Links(Read(page)).Where(link => !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith('#')),
            link => Assert.True(Path.Exists(Path.Combine(folder, link.Split('#')[0])), link));
    }

    [Theory]
    [InlineData("README.md", " →")]
    [InlineData("CONTRIBUTING.md", " ←")]
    public void The_rooms_are_those_of_the_decision_record(string page, string arrow)
    {
        string rooms = Rooms().Match(Read("docs/adr/0001-folders-and-namespaces.md")).Value.Replace(" ←", arrow, StringComparison.Ordinal);
        Assert.NotEmpty(rooms);
        Assert.Contains(rooms, Read(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_row_of_the_faults_links_to_its_tests()
    {
        var rows = Read("docs/faults.md").Split('\n').Select(line => Row().Match(line)).Where(match => match.Success).ToList();
        Assert.Equal(Enumerable.Range(1, 31), rows.Select(row => int.Parse(row.Groups["number"].Value, CultureInfo.InvariantCulture)));
        foreach (var row in rows)
        {
            string test = $"Row_{row.Groups["number"].Value.PadLeft(2, '0')}_";
            string[] links = [.. Links(row.Value)];
            Assert.NotEmpty(links);
            Assert.All(links, link => Assert.Contains(test, Read(Path.Combine("docs", link)), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_file_of_the_training_loop_exists()
    {
        string[] loop = [.. Read("docs/training.md").Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal))];
        Assert.Equal(15, loop.Length);
        string core = Path.Combine(Root, "src/TransferLearning.Core");
        Assert.All(loop, line => Assert.True(Path.Exists(Path.Combine(core, CorePath().Match(line).Value)), line));
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static IEnumerable<string> Links(string text) => Link().Matches(text).Select(match => match.Groups["target"].Value);

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\| (?<number>\d+) \|.*$")]
    private static partial Regex Row();

    [GeneratedRegex(@"^> Contracts, .* ←\n> .*$", RegexOptions.Multiline)]
    private static partial Regex Rooms();

    [GeneratedRegex(@"\b(Training|Scenarios)/[\w/.]*")]
    private static partial Regex CorePath();
}
