using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Documentation;

/// <summary>Lines of the repository's own text end at 140 columns. Rows of tables in pages cannot be broken and may be longer.</summary>
public sealed class LineWidthTests
{
    private const int Columns = 140;

    private static readonly string[] Extensions = [".cs", ".csproj", ".props", ".targets", ".css", ".js", ".md", ".sh", ".yml"];

    /// <summary>Folders of outputs, and of what is not written by hand.</summary>
    private static readonly string[] Skipped =
        ["bin", "obj", ".git", "node_modules", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts"];

    [Theory]
    [InlineData(".")]
    [InlineData(".github")]
    [InlineData("docs")]
    [InlineData(".ci")]
    [InlineData("samples")]
    [InlineData("src")]
    [InlineData("tests")]
    public void Lines_end_at_140_columns(string folder)
    {
        string root = Path.Combine(TestData.RepositoryRoot, folder);
        string[] files = [.. folder == "." ? Directory.GetFiles(root) : Files(root)];
        Assert.NotEmpty(files);
        string[] tooLong =
        [
            .. files.Where(file => Extensions.Contains(Path.GetExtension(file)) || folder == ".ci")
                .SelectMany(file => File.ReadLines(file).Select((line, index) => (file, line, Number: index + 1)))
                .Where(entry =>
                    entry.line.Length > Columns && !(entry.file.EndsWith(".md", StringComparison.Ordinal) && entry.line.StartsWith('|')))
                .Select(entry =>
                    $"{Path.GetRelativePath(TestData.RepositoryRoot, entry.file)}:{entry.Number} has {entry.line.Length} columns"),
        ];
        Assert.Empty(tooLong);
    }

    private static IEnumerable<string> Files(string folder) => Directory.GetFiles(folder)
        .Concat(Directory.GetDirectories(folder).Where(child => !Skipped.Contains(Path.GetFileName(child))).SelectMany(Files));
}
