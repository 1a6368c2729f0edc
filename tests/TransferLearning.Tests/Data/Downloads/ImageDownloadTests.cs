using Microsoft.AspNetCore.Http;
using TransferLearning.Tests.BackboneCatalog;
using TransferLearning.Tests.Featurization;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Downloads;

/// <summary>Images at addresses of a real web server that behaves and misbehaves.</summary>
public sealed class ImageDownloadTests : IDisposable
{
    private const string Secret = "X-Amz-Signature=c0ffee";

    private static readonly ImageDownloadOptions Hasty = new()
    {
        RetryDelay = TimeSpan.FromMilliseconds(1),
        Retries = 2,
        Timeout = TimeSpan.FromSeconds(30),
    };

    private readonly FeatureExtractor _extractor = new(TinyNetwork.Averages(), TinyNetwork.Preprocessing);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _extractor.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Images_at_addresses_have_the_features_of_the_files_in_the_order_of_the_list()
    {
        await using var server = await WeightServer.StartAsync(bytes: 1);
        string[] files = new string[60];
        var images = new ImageLocation[files.Length];
        int running = 0;
        int most = 0;
        for (int i = 0; i < files.Length; i++)
        {
            byte[] content = DrawnImages.Encode(i % 3, i);
            files[i] = _folder.File($"{i}.jpg");
            File.WriteAllBytes(files[i], content);
            int number = i;
            server.Answer($"/{i}", async (context, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Delay(1 + (number * 7 % 13));
                await Image(content, $"\"v{number}\"")(context, []);
                Interlocked.Decrement(ref running);
            });

            // Every fifth one is a file.
            images[i] = i % 5 == 0 ? ImageLocation.OfFile(files[i]) : ImageLocation.OfAddress(new Uri(server.Address, $"/{i}?{Secret}"));
        }

        using var downloads = new ImageDownloads(Hasty with { Connections = 4 });
        var fromServer = await _extractor.ExtractAsync(images, downloads);
        var fromFiles = await _extractor.ExtractAsync(files);

        Assert.Equal(fromFiles.Values.ToArray(), fromServer.Features.Values.ToArray());
        Assert.Equal(Enumerable.Range(0, files.Length).Select(i => i % 5 == 0 ? null : $"\"v{i}\""), fromServer.ETags);
        Assert.InRange(most, 2, 4);
        Assert.Equal(48, server.Requests.Count);
    }

    [Fact]
    public async Task What_cannot_be_downloaded_is_listed_with_its_reason_and_without_the_query()
    {
        byte[] content = DrawnImages.Encode(0, 1);
        await using var server = await WeightServer.StartAsync(content);
        server.Answer("/missing", Answers.Status(404));
        server.Answer("/expired", Answers.Status(403));
        server.Answer("/broken", Answers.Breaking(100));
        server.Answer("/down", Answers.Status(503));
        server.Answer("/login", Answers.LoginPage);
        server.Answer("/empty", Answers.EndingEarly(0));
        server.Answer("/cut", Answers.EndingEarly(content.Length / 2));
        server.Answer("/text", (context, _) => context.Response.WriteAsync("no image"));
        server.Answer("/large", (context, bytes) => Answers.IgnoringRange(context, new byte[bytes.Length + 1]));
        server.Answer("/endless", Answers.TooMany);
        server.Answer("/circle", Redirect("/circle"));
        server.Answer("/busy", Answers.Status(429, ("Retry-After", "86400")));
        (string Path, string Reason, int Requests)[] cases =
        [
            ("/missing", "404", 1), ("/expired", "403", 1), ("/broken", "connection broke", 3), ("/down", "503", 3),
            ("/login", "web page", 1), ("/empty", "empty", 1), ("/cut", "cannot be decoded", 1), ("/text", "cannot be decoded", 1),
            ("/large", "limit of", 1), ("/endless", "limit of", 1), ("/circle", "redirected too often", 6), ("/busy", "86400", 1),
        ];
        using var downloads = new ImageDownloads(Hasty with { MaxBytes = content.Length });
        string[] paths = [.. cases.Select(one => one.Path), "/good"];
        var result = await _extractor.ExtractAsync(
            [.. paths.Select(path => ImageLocation.OfAddress(new Uri(server.Address, $"{path}?{Secret}")))],
            downloads,
            UndecodableImages.Skip);

        Assert.Equal([cases.Length], result.Indices);
        Assert.Equal(cases.Length, result.Skipped.Count);
        foreach (var (one, error) in cases.Zip(result.Skipped))
        {
            Assert.Equal(new Uri(server.Address, one.Path).AbsoluteUri, error.ImageSource);
            Assert.Contains(one.Reason, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("c0ffee", error.ToString(), StringComparison.Ordinal);
            Assert.Equal(one.Requests, server.Requests.Count(request => request.Path == one.Path));
        }

        var down = Assert.IsType<ImageDownloadException>(result.Skipped[3]);
        Assert.Equal((System.Net.HttpStatusCode.ServiceUnavailable, true), (down.StatusCode, down.IsTemporary));
        Assert.False(Assert.IsType<ImageDownloadException>(result.Skipped[0]).IsTemporary);
    }

    [Fact]
    public async Task Temporary_failures_are_retried_and_the_pause_that_a_server_asks_for_holds_for_all()
    {
        byte[] content = DrawnImages.Encode(1, 2);
        await using var server = await WeightServer.StartAsync(content);
        server.Answer("/a", Answers.Status(429, ("Retry-After", "1")), Answers.Properly);
        server.Answer("/b", Answers.Status(500), Answers.Breaking(50), Answers.Properly);
        server.Answer("/c", Redirect("/d"));
        using var downloads = new ImageDownloads(Hasty with { Connections = 1 });
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var result = await _extractor.ExtractAsync(
            [.. ((string[])["/a", "/b", "/c"]).Select(path => ImageLocation.OfAddress(new Uri(server.Address, path)))], downloads);

        Assert.Equal(3, result.Features.Rows);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.9, 20);
        Assert.Equal(["/a", "/a", "/b", "/b", "/b", "/c", "/d"], server.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_costs_its_time_limit_and_a_cancelled_run_ends_at_once()
    {
        await using var server = await WeightServer.StartAsync(DrawnImages.Encode(1, 2));
        server.Answer("/silent", Answers.Silent);
        var image = ImageLocation.OfAddress(new Uri(server.Address, $"/silent?{Secret}"));
        using var impatient = new ImageDownloads(Hasty with { Timeout = TimeSpan.FromMilliseconds(50), Retries = 0 });
        var error = await Assert.ThrowsAsync<ImageDownloadException>(() => _extractor.ExtractAsync([image], impatient));
        Assert.Contains("not complete within 0.05 s", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTemporary);

        using var patient = new ImageDownloads(Hasty);
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _extractor.ExtractAsync([image, image], patient, cancellationToken: cancelled.Token));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public async Task Many_failures_in_a_row_end_the_work_but_missing_images_do_not()
    {
        await using var server = await WeightServer.StartAsync(DrawnImages.Encode(1, 2));
        var missing = Enumerable.Range(0, 12).Select(i => Answering($"/missing{i}", 404));
        var refused = Enumerable.Range(0, 12).Select(i => Answering($"/refused{i}", 403));
        using var downloads = new ImageDownloads(Hasty with { MaxFailuresInARow = 5, Connections = 2 });
        var listed = await _extractor.ExtractAsync([.. missing], downloads, UndecodableImages.Skip);
        Assert.Equal(12, listed.Skipped.Count);

        var error = await Assert.ThrowsAsync<ImageServerException>(
            () => _extractor.ExtractAsync([.. refused], downloads, UndecodableImages.Skip));
        Assert.Contains("5 downloads in a row", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c0ffee", error.ToString(), StringComparison.Ordinal);
        Assert.InRange(server.Requests.Count(request => request.Path.StartsWith("/refused", StringComparison.Ordinal)), 5, 6);

        ImageLocation Answering(string path, int status)
        {
            server.Answer(path, Answers.Status(status));
            return ImageLocation.OfAddress(new Uri(server.Address, $"{path}?{Secret}"));
        }
    }

    [Fact]
    public async Task A_folder_keeps_images_until_the_server_has_others_and_a_damaged_file_counts_as_absent()
    {
        byte[] first = DrawnImages.Encode(0, 1);
        byte[] second = DrawnImages.Encode(1, 2);
        await using var server = await WeightServer.StartAsync(first);
        server.Answer("/a", Image(first, "\"1\""), Image(first, "\"1\""), Image(second, "\"2\""));
        var options = Hasty with { Folder = _folder.File("kept") };
        float[] before = await FeaturesAsync();
        Assert.Equal(before, await FeaturesAsync());
        float[] after = await FeaturesAsync();
        Assert.NotEqual(before, after);
        Assert.Equal([200, 304, 200], _statuses);

        string kept = Assert.Single(Directory.GetFiles(options.Folder, "*", SearchOption.AllDirectories));
        Assert.DoesNotContain("c0ffee", File.ReadAllText(kept), StringComparison.Ordinal);
        byte[] damaged = File.ReadAllBytes(kept);
        damaged[^1] ^= 1;
        File.WriteAllBytes(kept, damaged);
        Assert.Equal(after, await FeaturesAsync());
        Assert.Equal([200, 304, 200, 200], _statuses);

        async Task<float[]> FeaturesAsync()
        {
            using var downloads = new ImageDownloads(options);
            var image = ImageLocation.OfAddress(new Uri(server.Address, $"/a?{Secret}"));
            return (await _extractor.ExtractAsync([image], downloads)).Features.Values.ToArray();
        }
    }

    [Fact]
    public void What_is_no_address_of_an_image_is_refused_without_repeating_it()
    {
        foreach (string address in (string[])["ftp://host/a.jpg?c0ffee", "/a.jpg?c0ffee", "https://user:c0ffee@host/a.jpg"])
        {
            var error = Assert.Throws<ArgumentException>(() => ImageLocation.OfAddress(new Uri(address, UriKind.RelativeOrAbsolute)));
            Assert.DoesNotContain("c0ffee", error.Message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("c0ffee", $"{ImageLocation.OfAddress(new Uri("https://host/a.jpg?c0ffee"))}", StringComparison.Ordinal);
        Assert.Equal("name", ImageLocation.OfAddress(new Uri("https://host/a.jpg?c0ffee"), "name").Name);
        var options = Assert.Throws<ArgumentException>(() => new ImageDownloads(new() { Connections = 0, Retries = -1, MaxBytes = 0 }));
        foreach (string name in (string[])["Connections", "Retries", "MaxBytes"])
            Assert.Contains(name, options.Message, StringComparison.Ordinal);
    }

    private readonly List<int> _statuses = [];

    private static Answer Redirect(string path) => Answers.Status(302, ("Location", path));

    /// <summary>An image with its version, which is not sent again to a client that has it.</summary>
    private Answer Image(byte[] content, string etag) => async (context, _) =>
    {
        context.Response.Headers.ETag = etag;
        if (context.Request.Headers.IfNoneMatch == etag)
            context.Response.StatusCode = 304;
        lock (_statuses)
            _statuses.Add(context.Response.StatusCode);
        if (context.Response.StatusCode == 200)
            await context.Response.Body.WriteAsync(content);
    };
}
