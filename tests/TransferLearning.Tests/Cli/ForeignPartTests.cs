using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>Parts that another program has rewritten: either they still say the same, or they are refused with their name.</summary>
public sealed class ForeignPartTests(FeaturePartsExample example) : IClassFixture<FeaturePartsExample>
{
    private const string Features = "path, features, etag, error";

    [Fact]
    public async Task Rows_that_are_as_they_were_are_read()
    {
        using var folder = new TemporaryFolder();
        string query = await FirstPathAsync();
        var expected = await CliRun.RunAsync("similar", query, "--features", First(), "--json");
        var actual = await CliRun.RunAsync("similar", query, "--features", Rewritten(folder, Features), "--json");
        Assert.NotEmpty(expected.Json().GetProperty("images").EnumerateArray());
        Assert.Equal(expected.Output, actual.Output);
    }

    [Theory]
    [InlineData(
        "path, CASE WHEN n % 2 = 0 THEN features[:8] ELSE features || features[:len(features) - 8] END AS features, etag, error",
        "damaged")]
    [InlineData("path, CASE WHEN n = 2 THEN []::FLOAT[] ELSE features END AS features, etag, error", "damaged")]
    [InlineData("path, list_transform(features, (x, i) -> CASE WHEN i = 3 THEN NULL ELSE x END) AS features, etag, error", "damaged")]
    [InlineData("path, features::DOUBLE[] AS features, etag, error", "damaged")]
    [InlineData("CASE WHEN n = 2 THEN NULL ELSE path END AS path, features, etag, error", "damaged")]
    [InlineData("n AS path, features, etag, error", "damaged")]
    [InlineData("path AS file, features, etag, error", "damaged")]
    [InlineData("path, features[1] AS features, etag, error", "has no features")]
    [InlineData("path, NULL::FLOAT[] AS features, etag, error", "No image in")]
    public async Task Rows_that_this_tool_does_not_write_are_refused(string columns, string expected)
    {
        using var folder = new TemporaryFolder();
        string file = Rewritten(folder, columns);
        string message = await RefusedAsync(file);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains($"'{file}'", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_of_another_length_are_not_kept_when_failed_images_are_tried_again()
    {
        using var folder = new TemporaryFolder();
        string[] images = [.. (await PartRow.ReadAsync(First())).Select(row => Path.Combine(example.Images, row.Path)), "missing.jpg"];
        File.WriteAllLines(folder.File("list.txt"), images);
        string output = folder.File("out");
        string[] command = ["features", folder.File("list.txt"), "--backbone", Backbones.TinyResNet.Name, "-o", output];
        await CliRun.RunAsync(command);
        string part = Directory.GetFiles(output)[0];
        File.Move(Rewritten(folder, "path, features[:8] AS features, etag, error", of: part), part, overwrite: true);
        byte[] before = File.ReadAllBytes(part);

        string refused = (await CliRun.RunAsync([.. command, "--retry-failed"])).RefusedLine();
        Assert.Contains($"'{part}' is damaged", refused, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(part));
        Assert.Single(Directory.GetFileSystemEntries(output));
    }

    [Fact]
    public async Task Files_that_do_not_belong_together_are_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(
            "another program wrote it", await RefusedAsync(Rewritten(folder, Features, metadata: false)), StringComparison.Ordinal);
        Assert.Contains("No image in", await RefusedAsync(Rewritten(folder, $"{Features} WHERE false")), StringComparison.Ordinal);

        // The same shard of another list of images is no repetition of a part.
        string[] names = [.. Directory.GetFiles(Path.Combine(example.Images, DrawnImages.Classes[0]), "*.jpg")];
        File.WriteAllLines(folder.File("list.txt"), names);
        string other = folder.File("other");
        await CliRun.RunAsync("features", folder.File("list.txt"), "--backbone", Backbones.TinyResNet.Name, "-o", other, "--shard", "0/2");
        File.Copy(First(), Path.Combine(other, "a.parquet"));
        Assert.Contains("two runs with other images", await RefusedAsync(other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Features_that_are_not_finite_are_named_and_never_learned_from()
    {
        using var folder = new TemporaryFolder();
        string file = Rewritten(
            folder, "path, CASE WHEN n = 2 THEN list_transform(features, x -> 'nan'::FLOAT) ELSE features END AS features, etag, error");
        string[] paths = [.. (await PartRow.ReadAsync(file)).Where(row => row.Features is not null).Select(row => row.Path)];
        string bad = paths[1];
        string[] train = ["train", "--features", file, "--backbone", Backbones.TinyResNet.Name, "-o", folder.File("m.onnx")];
        string refused = (await CliRun.RunAsync(train)).RefusedLine();
        Assert.Contains($"'{bad}' in '{file}'", refused, StringComparison.Ordinal);

        string labels = folder.File("labels.csv");
        File.WriteAllLines(labels, ["path,label", .. paths.Where(path => path != bad).Select((path, i) => $"{path},{i % 2}")]);
        Assert.Equal(0, (await CliRun.RunAsync([.. train, "--labels", labels, "--validation", "none"])).ExitCode);

        Assert.Contains("not finite", (await CliRun.RunAsync("similar", bad, "--features", file)).RefusedLine(), StringComparison.Ordinal);
        var found = (await CliRun.RunAsync("similar", paths[0], "--features", file)).Output.TrimEnd().Split('\n');
        Assert.Equal($"0.0000  {bad}", found[^1]);
    }

    private string First() => Directory.GetFiles(example.Parts, "*.parquet").Order(StringComparer.Ordinal).First();

    /// <summary>The first part, or another one, as DuckDB writes it.</summary>
    private string Rewritten(TemporaryFolder folder, string columns, bool metadata = true, string? of = null)
    {
        using var duckdb = new DuckDatabase(folder.Path);
        string first = (of ?? First()).Replace("'", "''", StringComparison.Ordinal);
        string known = duckdb.Query(
            $"SELECT string_agg('''' || key::VARCHAR || ''': ''' || value::VARCHAR || '''', ', ') FROM parquet_kv_metadata('{first}') " +
            "WHERE key::VARCHAR LIKE 'transferlearning%'")[0][0];
        string file = folder.File($"part-{Guid.NewGuid():N}.parquet");
        string[] selected = columns.Split(" WHERE ");
        duckdb.Query(
            $"COPY (SELECT {selected[0]} FROM (SELECT *, row_number() OVER () AS n FROM '{first}')" +
            (selected.Length > 1 ? $" WHERE {selected[1]}" : "") +
            $") TO '{file}' (FORMAT parquet{(metadata ? $", KV_METADATA {{{known}}}" : "")})");
        return file;
    }

    private async Task<string> FirstPathAsync() => (await PartRow.ReadAsync(First())).First(row => row.Features is not null).Path;

    private async Task<string> RefusedAsync(string parts) =>
        (await CliRun.RunAsync("similar", await FirstPathAsync(), "--features", parts)).RefusedLine();
}
