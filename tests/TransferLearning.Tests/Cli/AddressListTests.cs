using System.Collections.Concurrent;
using TransferLearning.Tests.BackboneCatalog;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>Lists of addresses: the images lie behind a real web server.</summary>
public sealed class AddressListTests(DrawnExample example)
{
    private const string Secret = "c0ffee";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task After_a_kill_the_next_run_downloads_only_what_is_missing_and_every_image_is_there_once()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeightServer.StartAsync(bytes: 1);
        var lines = new List<string>();
        var files = new List<string>();
        var answers = new List<int>();
        TaskCompletionSource asked = new(), abandoned = new();
        for (int i = 0; i < 24; i++)
        {
            string file = folder.File($"files/{i:D2}.jpg");
            Directory.CreateDirectory(folder.File("files"));
            File.WriteAllBytes(file, DrawnImages.Encode(i % 3, i));
            files.Add(file);
            lines.Add($"photo {i:D2}\t{new Uri(server.Address, $"/{i:D2}")}?sig={Secret}");
            int number = i;
            server.Answer($"/{i:D2}", async (context, _) =>
            {
                // The last image does not come before the first process is killed.
                if (number == 23)
                {
                    asked.TrySetResult();
                    await server.Gate.Task.WaitAsync(context.RequestAborted).ContinueWith(
                        waiting => waiting.IsCanceled ? abandoned.TrySetResult() : waiting.IsCompleted, TaskScheduler.Default);
                }

                if (context.RequestAborted.IsCancellationRequested)
                    return;
                context.Response.Headers.ETag = $"\"v{number}\"";
                bool isKnown = context.Request.Headers.IfNoneMatch == $"\"v{number}\"";
                context.Response.StatusCode = isKnown ? 304 : 200;
                lock (answers)
                    answers.Add(context.Response.StatusCode);
                Assert.Equal($"?sig={Secret}", context.Request.QueryString.Value);
                if (!isKnown)
                    await context.Response.Body.WriteAsync(await File.ReadAllBytesAsync(file));
            });
        }

        server.Answer("/gone", Answers.Status(404));
        lines.AddRange([$"{new Uri(server.Address, "/gone")}?sig={Secret}", "files/00.jpg", "s3://bucket/key?c0ffee"]);
        string list = folder.File("list.txt");
        File.WriteAllLines(list, lines);
        string[] command =
        [
            "features", list, "--backbone", "TinyResNet", "-o", folder.File("out"),
            "--downloads", folder.File("kept"), "--connections", "3",
        ];
        using (var process = CliRun.Start(new Dictionary<string, string?>(), command))
        {
            Assert.True(SpinWait.SpinUntil(
                () => process.HasExited || (Kept().Length >= 23 && asked.Task.IsCompleted), Patience));
            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.Empty(Directory.GetFiles(folder.File("out"), "part-*"));
        // Only then is the request of the killed process sure to get no answer.
        await abandoned.Task.WaitAsync(Patience);
        server.Gate.SetResult();
        var report = (await CliRun.RunAsync([.. command, "--json"])).Json();
        Assert.Equal((27, 2), (report.GetProperty("images").GetInt32(), report.GetProperty("failed").GetInt32()));
        Assert.Equal((24, 23), (answers.Count(status => status == 200), answers.Count(status => status == 304)));

        var rows = (await PartRow.ReadFolderAsync(folder.File("out"))).ToDictionary(row => row.Path);
        Assert.Equal(27, rows.Count);
        Assert.Equal("\"v7\"", rows["photo 07"].ETag);
        Assert.Equal(rows["files/00.jpg"].Features, rows["photo 00"].Features);
        Assert.Null(rows["files/00.jpg"].ETag);
        Assert.Contains("404", rows[new Uri(server.Address, "/gone").AbsoluteUri].Error, StringComparison.Ordinal);
        Assert.Contains("presigned", rows["s3://bucket/key"].Error, StringComparison.Ordinal);
        string part = Assert.Single(Directory.GetFiles(folder.File("out")));
        Assert.Equal(-1, File.ReadAllBytes(part).AsSpan().IndexOf("c0ffee"u8));

        // New signatures do not make other images of them.
        File.WriteAllLines(list, lines.Select(line => line.Replace(Secret, "fresh", StringComparison.Ordinal)));
        Assert.True((await CliRun.RunAsync([.. command, "--json"])).Json().GetProperty("skipped").GetBoolean());

        string[] Kept() => Directory.Exists(folder.File("kept"))
            ? [.. Directory.GetFiles(folder.File("kept"), "*", SearchOption.AllDirectories)
                .Where(file => !file.EndsWith(".tmp", StringComparison.Ordinal))]
            : [];
    }

    [Fact]
    public async Task Predictions_of_addresses_are_those_of_the_files_and_a_server_that_refuses_all_leaves_no_part()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeightServer.StartAsync(File.ReadAllBytes(ImageFiles.Find(example.Images)[0]));
        string model = await example.ModelAsync();
        string list = folder.File("list.txt");
        File.WriteAllLines(list, [.. Enumerable.Range(0, 6).Select(i => $"{new Uri(server.Address, $"/{i}.jpg")}?sig={Secret}")]);
        var report = (await CliRun.RunAsync("predict", model, list, "-o", folder.File("out"), "--json")).Json();
        Assert.Equal((6, 0), (report.GetProperty("images").GetInt32(), report.GetProperty("failed").GetInt32()));
        var expected = (await example.ClassifierAsync()).Predict(server.Content);
        Assert.All(await PartRow.ReadFolderAsync(folder.File("out")), row => Assert.Equal(expected.Label, row.Label));

        for (int i = 0; i < 6; i++)
            server.Answer($"/{i}.jpg", Answers.Status(403));
        var refused = await CliRun.RunAsync("predict", model, list, "-o", folder.File("refused"), "--max-failures", "6");
        string line = refused.RefusedLine(exitCode: 1);
        Assert.Contains("6 downloads in a row", line, StringComparison.Ordinal);
        Assert.Contains("--max-failures", line, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, line, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.File("refused")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Failed_images_of_a_finished_part_are_tried_again_and_its_other_rows_are_kept(bool predicts)
    {
        using var folder = new TemporaryFolder();
        byte[][] images = [.. Enumerable.Range(0, 7).Select(i => DrawnImages.Encode(i % 3, i))];
        await using var server = await WeightServer.StartAsync(bytes: 1);
        var asked = new ConcurrentQueue<int>();
        for (int i = 0; i < images.Length; i++)
        {
            int number = i;
            server.Answer($"/{i}.jpg", async (context, _) =>
            {
                asked.Enqueue(number);
                context.Response.Headers.ETag = $"\"v{number}\"";
                await context.Response.Body.WriteAsync(images[number]);
            });
        }

        server.Answer("/1.jpg", Answers.Status(503));
        server.Answer("/6.jpg", Answers.Status(503));
        string list = folder.File("list.txt");
        File.WriteAllLines(
            list, [.. Enumerable.Range(0, 7).Select(i => $"{i}.jpg\t{new Uri(server.Address, $"/{i}.jpg")}?sig={Secret}"), "bad.jpg"]);
        File.WriteAllText(folder.File("bad.jpg"), "no image");
        string[] command =
        [
            .. predicts ? new[] { "predict", await example.ModelAsync(), list } : ["features", list, "--backbone", "TinyResNet"],
            "-o", folder.File("out"), "--retries", "0", "--row-group-size", "3", "--json",
        ];
        Assert.Equal(3, (await CliRun.RunAsync(command)).ParsedOutput().GetProperty("failed").GetInt32());
        var before = (await PartRow.ReadFolderAsync(folder.File("out"))).ToDictionary(row => row.Path);
        asked.Clear();
        for (int i = 1; i < images.Length; i += 5)
        {
            int number = i;
            server.Answer($"/{i}.jpg", async (context, _) => await context.Response.Body.WriteAsync(images[number]));
        }

        // Without the option a finished part stays, and says how to go on.
        var kept = await CliRun.RunAsync([.. command[..^1]]);
        Assert.Contains("--retry-failed", kept.Output, StringComparison.Ordinal);
        var report = (await CliRun.RunAsync([.. command, "--retry-failed"])).ParsedOutput();
        Assert.Equal(
            (false, 1, 8),
            (report.GetProperty("skipped").GetBoolean(), report.GetProperty("failed").GetInt32(), report.GetProperty("images").GetInt32()));
        Assert.Empty(asked);
        var after = await PartRow.ReadFolderAsync(folder.File("out"));
        Assert.Equal(before.Keys, after.Select(row => row.Path));
        File.WriteAllLines(list, [.. Enumerable.Range(0, 7).Select(i => $"{i}.jpg"), "bad.jpg"]);
        for (int i = 0; i < images.Length; i++)
            File.WriteAllBytes(folder.File($"{i}.jpg"), images[i]);
        await CliRun.RunAsync([.. command, "--overwrite"]);
        Assert.All(after.Zip(await PartRow.ReadFolderAsync(folder.File("out"))), pair =>
        {
            var (row, expected) = pair;
            Assert.Equal((expected.Path, expected.Error, expected.Label), (row.Path, row.Error, row.Label));
            Assert.Equal(expected.Features, row.Features);
            Assert.Equal(expected.Probability, row.Probability);
            Assert.Equal(expected.Top, row.Top);
            Assert.Equal(before[row.Path].ETag, row.ETag);
        });
    }

    [Fact]
    public async Task Lists_and_arguments_that_cannot_be_used_are_refused_without_repeating_a_signature()
    {
        using var folder = new TemporaryFolder();
        string list = folder.File("list.txt");
        await SaysAsync("two addresses", "https://host.invalid/a.jpg?id=1&sig=c0ffee", "https://host.invalid/a.jpg?id=2&sig=c0ffee");
        await SaysAsync("Line 2", "a.jpg", "https://me:c0ffee@host.invalid/a.jpg");
        string source = "https://host.invalid/a.jpg?sig=c0ffee";
        foreach (string[] command in (string[][])[["features", source, "-o", folder.File("out")], ["predict", "TinyResNet", source]])
        {
            string line = (await CliRun.RunAsync(command)).RefusedLine();
            Assert.Contains("one address on each line", line, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, line, StringComparison.Ordinal);
        }

        async Task SaysAsync(string said, params string[] lines)
        {
            File.WriteAllLines(list, lines);
            string line = (await CliRun.RunAsync("features", list, "--backbone", "TinyResNet", "-o", folder.File("out"))).RefusedLine();
            Assert.Contains(said, line, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, line, StringComparison.Ordinal);
        }
    }
}
