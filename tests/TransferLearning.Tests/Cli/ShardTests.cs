using System.Diagnostics;
using System.Globalization;
using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>Features and predictions in parts, each by a process of its own that may be killed.</summary>
public sealed class ShardTests(DrawnExample example)
{
    private const int Shards = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // path, its shard of 4
    private static readonly (string Path, int Shard)[] Golden =
    [
        ("a.jpg", 2),
        ("b.jpg", 2),
        ("upper/A.JPG", 0),
        ("cats/0001.jpg", 2),
        ("cats/0002.jpg", 2),
        ("dogs/0001.jpg", 3),
        ("I/ı/İ/i.png", 0),
        ("x y/ß ★ 犬.webp", 1),
    ];

    [Fact]
    public async Task After_two_of_four_processes_were_killed_and_started_again_every_image_is_there_once()
    {
        using var folder = new TemporaryFolder();
        string images = folder.File("images");
        DrawnImages.Draw(images, perClass: 16, seed: 3);
        WriteSlowImages(Path.Combine(images, "slow"), count: 24);
        File.WriteAllText(Path.Combine(images, "text.jpg"), "no image");
        File.WriteAllBytes(Path.Combine(images, "empty.png"), []);
        File.WriteAllText(Path.Combine(images, "readme.txt"), "passed over");
        File.WriteAllBytes(Path.Combine(images, "cut.jpg"), DrawnImages.Encode(0, 1)[..600]);
        var whole = await ShardAsync("features", "--backbone", "TinyResNet", images, "-o", folder.File("whole"));
        var expected = await PartRow.ReadFolderAsync(folder.File("whole"));

        // One process is killed after its first row group, the other at any moment, which may be before it began.
        string parts = folder.File("parts");
        var environment = new Dictionary<string, string?>();
        Process[] processes = [.. Enumerable.Range(0, Shards).Select(shard => CliRun.Start(environment, Command(shard)))];
        try
        {
            Assert.True(SpinWait.SpinUntil(() => processes[1].HasExited || Unfinished(parts, 1).Any(file => file.Length > 4), Patience));
            processes[1].Kill();
            await Task.Delay(new Random(Environment.TickCount).Next(200));
            processes[2].Kill();
            await Task.WhenAll(processes.Select(process => process.WaitForExitAsync()));
            Assert.NotEqual(0, processes[1].ExitCode);
            Assert.False(File.Exists(PartOf(parts, 1)));
            Assert.Equal((0, 0), (processes[0].ExitCode, processes[3].ExitCode));
        }
        finally
        {
            foreach (var process in processes)
                process.Dispose();
        }

        // A finished part, whatever its process came to, is as it was; the others are done anew.
        bool[] finished = [.. Enumerable.Range(0, Shards).Select(shard => File.Exists(PartOf(parts, shard)))];
        var written = File.GetLastWriteTimeUtc(PartOf(parts, 0));
        for (int shard = 0; shard < Shards; shard++)
        {
            var again = await ShardAsync(Command(shard));
            Assert.Equal((shard, Shards, finished[shard]), (again.Shard, again.Shards, again.Skipped));
            Assert.Equal(again.Images, (await PartRow.ReadAsync(PartOf(parts, shard))).Count);
        }

        Assert.Equal(written, File.GetLastWriteTimeUtc(PartOf(parts, 0)));
        Assert.Equal(
            Enumerable.Range(0, Shards).Select(shard => PartOf(parts, shard)),
            Directory.GetFileSystemEntries(parts).Order(StringComparer.Ordinal));
        var rows = (await PartRow.ReadFolderAsync(parts)).OrderBy(row => row.Path, StringComparer.Ordinal).ToArray();
        Assert.Equal(
            ImageFiles.Find(images).Select(path => KeyOf(images, path)).Concat(["empty.png", "text.jpg"]).Order(StringComparer.Ordinal),
            rows.Select(row => row.Path));
        Assert.Equal((75, 3), (whole.Images, whole.Failed));
        Assert.Equal(["cut.jpg", "empty.png", "text.jpg"], rows.Where(row => row.Error is not null).Select(row => row.Path));
        Assert.All(rows.Zip(expected), pair =>
        {
            Assert.Equal((pair.Second.Path, pair.Second.Error), (pair.First.Path, pair.First.Error));
            Assert.Equal(pair.Second.Features, pair.First.Features);
            Assert.Equal(pair.First.Error is null, pair.First.Features is { Length: 512 });
        });
        Assert.Equal(
            48,
            rows.Where(row => row.Features is not null && !row.Path.StartsWith("slow/", StringComparison.Ordinal))
                .DistinctBy(row => row.Features![0])
                .Count());

        string[] Command(int shard) =>
            ["features", "--backbone", "TinyResNet", images, "--output", parts, "--row-group-size", "2",
            "--shard", string.Create(CultureInfo.InvariantCulture, $"{shard}/{Shards}")];
    }

    [Fact]
    public async Task An_image_belongs_to_a_shard_by_its_path_alone()
    {
        using var folder = new TemporaryFolder();
        foreach (var (path, _) in Golden)
        {
            string file = folder.File(Path.Combine("images", path));
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, "no image");
        }

        var turkish = new Dictionary<string, string?> { ["LANG"] = "tr_TR.UTF-8", ["LC_ALL"] = "tr_TR.UTF-8" };
        for (int shard = 0; shard < Shards; shard++)
        {
            var run = await CliRun.RunAsync(
                turkish, "features", "--backbone", "TinyResNet", folder.File("images"), "-o", folder.File("out"), "--shard",
                    $"{shard}/{Shards}", "--json");
            var own = Golden.Where(image => image.Shard == shard).Select(image => image.Path).Order(StringComparer.Ordinal);
            Assert.Equal(own, (await PartRow.ReadAsync(PartOf(folder.File("out"), shard))).Select(row => row.Path));
            Assert.Equal(own.Count(), run.Json().GetProperty("failed").GetInt32());
        }

        // The same from a list, in another order and as 'find .' writes it.
        string list = folder.File("images/list.txt");
        File.WriteAllLines(list, Golden.Reverse().Select(image => "./" + image.Path));
        await ShardAsync("features", "--backbone", "TinyResNet", list, "-o", folder.File("listed"), "--shard", $"2/{Shards}");
        Assert.Equal(
            Golden.Where(image => image.Shard == 2).Select(image => image.Path).Order(StringComparer.Ordinal),
            (await PartRow.ReadFolderAsync(folder.File("listed"))).Select(row => row.Path));
    }

    [Fact]
    public async Task Predictions_of_a_list_are_those_of_the_classifier()
    {
        using var folder = new TemporaryFolder();
        string[] paths = [.. ImageFiles.Find(example.Images).Where((_, index) => index % 6 == 0)];
        string list = folder.File("list.txt");
        File.WriteAllText(list, string.Join("\r\n", [.. paths, paths[0], "", "missing.jpg"]));
        string model = await example.ModelAsync();
        for (int shard = 0; shard < 2; shard++)
            await ShardAsync(
                "predict", model, list, "-o", folder.File("out"), "--shard", $"{shard}/2", "--top", "2", "--row-group-size", "5");
        var rows = await PartRow.ReadFolderAsync(folder.File("out"));

        Assert.Equal(
            [.. paths.Append("missing.jpg").Order(StringComparer.Ordinal)], rows.Select(row => row.Path).Order(StringComparer.Ordinal));
        var missing = Assert.Single(rows, row => row.Path == "missing.jpg");
        Assert.Contains(folder.File("missing.jpg"), missing.Error, StringComparison.Ordinal);
        Assert.Equal((null, null, null), (missing.Label, missing.Probability, missing.Top));
        var predictions = (await (await example.ClassifierAsync()).PredictAsync(paths, UndecodableImages.Throw)).ToDictionary(
            item => item.Path);
        Assert.All(rows.Where(row => row != missing), row =>
        {
            var prediction = predictions[row.Path].Prediction!;
            Assert.Equal((prediction.Label, (float?)prediction.Probability, null), (row.Label, row.Probability, row.Error));
            Assert.Equal(prediction.Top(2).Select(top => (top.Label, top.Probability)), row.Top!);
        });
    }

    [Fact]
    public async Task Interrupted_work_leaves_nothing_behind()
    {
        CtrlC.SkipWhereIgnored();
        using var folder = new TemporaryFolder();
        WriteSlowImages(folder.File("images"), count: 200);
        using var process = CliRun.Start(
            new Dictionary<string, string?>(), "features", "--backbone", "TinyResNet", folder.File("images"), "-o", folder.File("out"),
                "--row-group-size", "100");
        Assert.True(SpinWait.SpinUntil(() => process.HasExited || Unfinished(folder.File("out"), 0, 1).Length > 0, Patience));
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        Assert.Equal("error: Cancelled.", (await CliRun.EndAsync(process)).RefusedLine(exitCode: 130));
        Assert.Empty(Directory.GetFileSystemEntries(folder.File("out")));
    }

    private static async Task<(int Shard, int Shards, int Images, int Failed, bool Skipped)> ShardAsync(params string[] command)
    {
        var run = await CliRun.RunAsync([.. command, "--json"]);
        Assert.Equal(0, run.ExitCode);
        var report = run.ParsedOutput();
        Assert.True(File.Exists(report.GetProperty("output").GetString()));
        Assert.InRange(report.GetProperty("seconds").GetDouble(), 0, 600);
        return (Number("shard"), Number("shards"), Number("images"), Number("failed"), report.GetProperty("skipped").GetBoolean());

        int Number(string name) => report.GetProperty(name).GetInt32();
    }

    private static string KeyOf(string root, string path) => Path.GetRelativePath(root, path).Replace('\\', '/');

    private static string PartOf(string folder, int shard) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"part-0000{shard}-of-0000{Shards}.parquet"));

    private static FileInfo[] Unfinished(string folder, int shard, int shards = Shards) => Directory.Exists(folder)
        ? new DirectoryInfo(folder).GetFiles(
            string.Create(CultureInfo.InvariantCulture, $".part-0000{shard}-of-0000{shards}.parquet.*.tmp"))
        : [];

    /// <summary>PNGs have no smaller scale to be decoded at, so large ones take their time.</summary>
    private static void WriteSlowImages(string folder, int count)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(1600, 1600, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(SKColors.SteelBlue);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        Directory.CreateDirectory(folder);
        for (int i = 0; i < count; i++)
            File.WriteAllBytes(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{i:000}.png")), data.ToArray());
    }
}
