using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Samples;

/// <summary>How the sample service behaves when it is full, when it is told to stop, and when it cannot start.</summary>
public sealed class ImageServiceLoadTests
{
    private const long Mebibyte = 1 << 20;

    private static readonly byte[] Image = DrawnImages.Encode(label: 0, seed: 5);

    [Fact]
    public async Task The_embedded_backbone_answers_where_no_model_is_given()
    {
        using var service = await ServiceProcess.StartAsync();
        using var answer = await service.PredictAsync(Image);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
        using var classifier = await TransferLearner.From(Backbones.TinyResNet).Classifier().CreateAsync();
        var expected = classifier.Predict(Image);
        Assert.Equal(expected.Label, said.GetProperty("label").GetString());
        Assert.Equal(expected.Probability, said.GetProperty("probability").GetSingle(), 1e-5f);
        Assert.Equal(5, said.GetProperty("top").GetArrayLength());
    }

    [Fact]
    public async Task Who_finds_no_place_is_told_when_to_come_again()
    {
        using var service = await ServiceProcess.StartAsync("Concurrency=1", "QueueLength=1", "RetryAfterSeconds=7");
        using var first = await HalfUpload.StartAsync(service.Address, Image);
        await service.WaitForRequestsAsync(1);

        // A slow upload holds a place, but keeps nobody from computing.
        using (var second = await service.PredictAsync(Image))
            Assert.Equal(HttpStatusCode.OK, second.StatusCode);

        using var third = await HalfUpload.StartAsync(service.Address, Image);
        await service.WaitForRequestsAsync(2);
        using (var turnedAway = await service.PredictAsync(Image))
        {
            await ServiceProcess.RefusalAsync(HttpStatusCode.TooManyRequests, turnedAway);
            Assert.Equal(TimeSpan.FromSeconds(7), turnedAway.Headers.RetryAfter?.Delta);
        }

        Assert.Equal("HTTP/1.1 200 OK", await first.FinishAsync());
        await service.WaitForRequestsAsync(1);

        // A client that goes away gives its place back.
        third.Dispose();
        await service.WaitForRequestsAsync(0);
        using var last = await service.PredictAsync(Image);
        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
    }

    [Fact]
    public async Task An_upload_may_not_take_for_ever()
    {
        using var service = await ServiceProcess.StartAsync("UploadSeconds=1");
        using var upload = await HalfUpload.StartAsync(service.Address, Image);
        Assert.Equal("HTTP/1.1 408 Request Timeout", await upload.AnswerAsync());
        await service.WaitForRequestsAsync(0);
    }

    [Fact]
    public async Task Told_to_stop_it_finishes_what_it_has_begun()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no SIGTERM on Windows");
        using var service = await ServiceProcess.StartAsync();
        using var upload = await HalfUpload.StartAsync(service.Address, Image);
        await service.WaitForRequestsAsync(1);
        service.Terminate();
        await WaitUntilDeafAsync(service.Address);
        Assert.Equal("HTTP/1.1 200 OK", await upload.FinishAsync());
        Assert.Equal(0, await service.EndAsync());
    }

    [Fact]
    public async Task More_clients_than_places_get_an_answer_or_are_turned_away_and_memory_stays_flat()
    {
        using var service = await ServiceProcess.StartAsync("Concurrency=2", "QueueLength=2");
        var counts = new int[2];
        await LoadAsync(service, requests: 300, counts);
        long before = service.ResidentBytes;
        await LoadAsync(service, requests: 600, counts);
        long after = service.ResidentBytes;
        Assert.True(counts[0] > 0 && counts[1] > 0, $"{counts[0]} answers, {counts[1]} times turned away");
        Assert.Equal(900, counts[0] + counts[1]);
        Assert.Equal(0, await service.RequestsAsync());
        Assert.True(after < before + (32 * Mebibyte), $"{before / Mebibyte} MiB became {after / Mebibyte} MiB");
    }

    [Fact]
    public async Task It_does_not_start_with_what_it_cannot_use_and_says_why()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, errors) = await ServiceProcess.RefusedAsync($"ModelPath={folder.File("absent.onnx")}");
        Assert.Equal(2, exitCode);
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
        Assert.Contains("absent.onnx", errors, StringComparison.Ordinal);

        (exitCode, errors) = await ServiceProcess.RefusedAsync("QueueLength=-1", "MaxPixels=0");
        Assert.Equal(2, exitCode);
        Assert.Contains("Service:QueueLength is -1; it must be 0 to 1024", errors, StringComparison.Ordinal);
        Assert.Contains("Service:MaxPixels is 0; it must be 1 to", errors, StringComparison.Ordinal);
    }

    /// <summary>Sixteen clients send images one after the other; only 200 and 429 are allowed.</summary>
    private static Task LoadAsync(ServiceProcess service, int requests, int[] counts) =>
        Parallel.ForEachAsync(Enumerable.Range(0, requests), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) =>
        {
            using var answer = await service.PredictAsync(Image);
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, $"{answer.StatusCode}");
            Interlocked.Increment(ref counts[answer.StatusCode == HttpStatusCode.OK ? 0 : 1]);
        });

    private static async Task WaitUntilDeafAsync(Uri service)
    {
        for (int i = 0; i < 600; i++)
        {
            using var client = new System.Net.Sockets.TcpClient();
            try
            {
                await client.ConnectAsync(service.Host, service.Port);
            }
            catch (System.Net.Sockets.SocketException)
            {
                return;
            }

            await Task.Delay(10);
        }

        Assert.Fail("the service still listens");
    }
}
