using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>Similar images by the features of parts, and the same parts in DuckDB.</summary>
public sealed class SimilarTests(FeaturePartsExample example) : IClassFixture<FeaturePartsExample>
{
    [Fact]
    public async Task The_most_similar_images_of_one_in_the_parts_are_those_of_all_pairs()
    {
        var rows = (await PartRow.ReadFolderAsync(example.Parts)).Where(row => row.Features is not null).ToArray();
        var query = rows[3];
        var run = await CliRun.RunAsync(
            "similar", query.Path, "--features", Path.Combine(example.Parts, "*.parquet"), "--top", "5", "--json");

        var found = run.Json().GetProperty("images").EnumerateArray().ToArray();
        var expected = rows.Where(row => row != query)
            .OrderByDescending(row => Cosine(query.Features!, row.Features!)).ThenBy(row => row.Path, StringComparer.Ordinal)
            .Take(5).ToArray();
        Assert.Equal(expected.Select(row => row.Path), found.Select(image => image.GetProperty("path").GetString()));
        Assert.All(expected.Zip(found), pair => Assert.Equal(
            Cosine(query.Features!, pair.First.Features!), pair.Second.GetProperty("similarity").GetDouble(), 1e-5));
    }

    [Fact]
    public async Task An_image_outside_of_the_parts_finds_its_copy_and_a_page_shows_it()
    {
        using var folder = new TemporaryFolder();
        string original = Directory.GetFiles(Path.Combine(example.Images, DrawnImages.Classes[2]))[0];
        string copy = folder.File("mine.jpg");
        File.Copy(original, copy);
        string page = folder.File("similar.html");
        var run = await CliRun.RunAsync(
            "similar", copy, "--features", example.Parts, "--backbone", Backbones.TinyResNet.Name, "--top", "2", "--images", example.Images,
            "--page", page);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        string key = Path.GetRelativePath(example.Images, original).Replace('\\', '/');
        Assert.StartsWith($"1.0000  {key}", run.Output, StringComparison.Ordinal);
        string html = File.ReadAllText(page);
        var addresses = html.Split("src=\"").Skip(1)
            .Select(part => Uri.UnescapeDataString(part[..part.IndexOf('"', StringComparison.Ordinal)]));
        Assert.All(addresses, address => Assert.True(File.Exists(Path.GetFullPath(address, Path.GetDirectoryName(page)!)), address));
        Assert.Equal(3, addresses.Count());
    }

    [Fact]
    public async Task What_cannot_be_compared_is_refused()
    {
        using var folder = new TemporaryFolder();
        string outside = folder.File("mine.jpg");
        File.WriteAllBytes(outside, DrawnImages.Encode(0, 1));
        File.WriteAllText(folder.File("text.parquet"), "no part");

        Assert.Contains("--backbone", await RefusedAsync(outside), StringComparison.Ordinal);
        Assert.Contains("neither an image file nor a path", await RefusedAsync("nothing.jpg"), StringComparison.Ordinal);
        Assert.Contains("--images", await RefusedAsync(outside, "--page", folder.File("p.html")), StringComparison.Ordinal);
        var absent = await CliRun.RunAsync("similar", outside, "--features", folder.File("none"));
        Assert.Contains("There are no parts", absent.RefusedLine(), StringComparison.Ordinal);
        var text = await CliRun.RunAsync("similar", outside, "--features", folder.File("text.parquet"));
        Assert.Contains("not a finished part", text.RefusedLine(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DuckDB_reads_counts_and_joins_the_parts_with_the_queries_of_the_documentation()
    {
        using var duckdb = new DuckDatabase(Path.GetDirectoryName(example.Parts)!);
        string[] queries = Documentation("sql").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] images = [.. (await PartRow.ReadFolderAsync(example.Parts)).Select(row => row.Path)];

        var counts = Assert.Single(duckdb.Query(queries[0]));
        Assert.Equal([$"{images.Length}", "1"], counts);
        string nearest = Assert.Single(queries, query => query.Contains("list_cosine_similarity", StringComparison.Ordinal))
            .Replace("dogs/rex.jpg", images[3], StringComparison.Ordinal);
        var neighbours = duckdb.Query(nearest);
        Assert.Equal(10, neighbours.Count);
        Assert.Equal(images[3], neighbours[0][0]);
        File.WriteAllLines(
            Path.Combine(duckdb.Folder, "labels.csv"), ["path,label", .. images.Select(path => $"\"{path}\",{path.Split('/')[0]}")]);
        var joined = duckdb.Query(
            "SELECT label, count(*) FROM 'out/*.parquet' JOIN read_csv('labels.csv', header = true) USING (path) " +
            "WHERE error IS NULL GROUP BY label ORDER BY label");
        Assert.Equal(DrawnImages.Classes.Order(StringComparer.Ordinal), joined.Select(row => row[0]).Order(StringComparer.Ordinal));
        Assert.All(joined, row => Assert.Equal($"{FeaturePartsExample.PerClass}", row[1]));
    }

    private static string Documentation(string language)
    {
        string text = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "docs", "scale-out.md"));
        string start = $"```{language}\n";
        int first = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[first..text.IndexOf("```", first, StringComparison.Ordinal)];
    }

    private async Task<string> RefusedAsync(string query, params string[] options) =>
        (await CliRun.RunAsync(["similar", query, "--features", example.Parts, .. options])).RefusedLine();

    private static double Cosine(float[] left, float[] right)
    {
        double dot = left.Zip(right, (a, b) => (double)a * b).Sum();
        return dot / Math.Sqrt(left.Sum(a => (double)a * a) * right.Sum(b => (double)b * b));
    }
}
