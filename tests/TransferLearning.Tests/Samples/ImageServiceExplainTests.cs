using System.Net;
using System.Net.Http.Json;
using System.Numerics;
using System.Text.Json;
using SkiaSharp;
using TransferLearning.Onnx;
using TransferLearning.Tests.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Samples;

/// <summary>The sample service explains images, within the same limits, where the network allows it.</summary>
public sealed class ImageServiceExplainTests(DrawnExample example)
{
    private static readonly byte[] Image = DrawnImages.Encode(label: 2, seed: 31);

    [Fact]
    public async Task It_paints_what_GradCam_paints()
    {
        using var service = await ServiceProcess.StartAsync($"ModelPath={await example.ModelAsync()}", "ExplanationSide=80");
        using var gradCam = new GradCam(await example.ClassifierAsync());
        foreach (string? label in new[] { null, "square", DrawnImages.Classes[2] })
        {
            using var answer = await service.SendAsync(label is null ? "explain" : $"explain?label={Uri.EscapeDataString(label)}", Image);
            Assert.Equal((HttpStatusCode.OK, "image/jpeg"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            using var painted = SKBitmap.Decode(await answer.Content.ReadAsByteArrayAsync());
            using var expected = SKBitmap.Decode(gradCam.Explain(Image, label: label).ToJpeg(80));
            Assert.Equal((80, 80), (painted.Width, painted.Height));
            Assert.InRange(Difference(painted, expected), 0, 1);
        }

        using var unknown = await service.SendAsync("explain?label=hexagon", Image);
        Assert.Contains("'hexagon'", await ServiceProcess.RefusalAsync(HttpStatusCode.BadRequest, unknown), StringComparison.Ordinal);
        using var broken = await service.SendAsync("explain", [.. "no image"u8]);
        Assert.Contains(
            "cannot be decoded", await ServiceProcess.RefusalAsync(HttpStatusCode.BadRequest, broken), StringComparison.Ordinal);

        var health = await service.Client.GetFromJsonAsync<JsonElement>("health");
        Assert.Equal(JsonValueKind.Null, health.GetProperty("notExplained").ValueKind);
        var document = await service.Client.GetFromJsonAsync<JsonElement>("openapi/v1.json");
        var explain = document.GetProperty("paths").GetProperty("/explain").GetProperty("post");
        Assert.Equal(["200", "400", "408", "413", "415", "429", "501"], explain.GetProperty("responses").EnumerateObject()
            .Select(response => response.Name).Order(StringComparer.Ordinal));
        Assert.True(explain.GetProperty("responses").GetProperty("200").GetProperty("content").TryGetProperty("image/jpeg", out _));
    }

    [Fact]
    public async Task Explanations_keep_to_the_limits_of_predictions_and_leave_places_for_them()
    {
        using var service = await ServiceProcess.StartAsync(
            $"ModelPath={await example.ModelAsync()}", "Concurrency=1", "QueueLength=1", "Explanations=1", "RetryAfterSeconds=7",
                "MaxPixels=9000");
        using (var large = await service.SendAsync("explain", Image))
            Assert.Contains("over the limit of 9000 pixels", await ServiceProcess.RefusalAsync(HttpStatusCode.BadRequest, large),
                StringComparison.Ordinal);

        byte[] small = DrawnImages.Encode(label: 1, seed: 3, side: 64);
        using var first = await HalfUpload.StartAsync(service.Address, small, "explain");
        await service.WaitForRequestsAsync(1);
        using (var second = await service.SendAsync("explain", small))
        {
            await ServiceProcess.RefusalAsync(HttpStatusCode.TooManyRequests, second);
            Assert.Equal(TimeSpan.FromSeconds(7), second.Headers.RetryAfter?.Delta);
        }

        using (var prediction = await service.PredictAsync(small))
            Assert.Equal(HttpStatusCode.OK, prediction.StatusCode);
        Assert.Equal("HTTP/1.1 200 OK", await first.FinishAsync());
        await service.WaitForRequestsAsync(0);

        // Predictions that hold all places leave none for an explanation, and the place of an explanation comes back.
        using (var third = await HalfUpload.StartAsync(service.Address, small))
        using (var fourth = await HalfUpload.StartAsync(service.Address, small))
        {
            await service.WaitForRequestsAsync(2);
            using var turnedAway = await service.SendAsync("explain", small);
            Assert.Equal(HttpStatusCode.TooManyRequests, turnedAway.StatusCode);
        }

        await service.WaitForRequestsAsync(0);
        using var last = await service.SendAsync("explain", small);
        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
    }

    [Fact]
    public async Task A_network_without_feature_maps_is_used_but_not_explained()
    {
        using var folder = new TemporaryFolder();
        string model = folder.File("flat.onnx");
        WithoutMaps().Save(model);
        using var service = await ServiceProcess.StartAsync($"ModelPath={model}");
        using (var prediction = await service.PredictAsync(Image))
            Assert.Equal(HttpStatusCode.OK, prediction.StatusCode);
        using var refused = await service.SendAsync("explain", Image);
        string said = await ServiceProcess.RefusalAsync(HttpStatusCode.NotImplemented, refused);
        Assert.Contains("This classifier cannot be explained: ", said, StringComparison.Ordinal);
        var health = await service.Client.GetFromJsonAsync<JsonElement>("health");
        Assert.EndsWith(health.GetProperty("notExplained").GetString()!, said, StringComparison.Ordinal);

        var seen = await UsePageAsync(service, folder, "flat");
        Assert.True(seen.GetProperty("disabled").GetBoolean());
        Assert.Contains("This model cannot be explained", seen.GetProperty("note").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_shows_and_hides_what_speaks_for_the_class()
    {
        using var folder = new TemporaryFolder();
        using var service = await ServiceProcess.StartAsync($"ModelPath={await example.ModelAsync()}");
        var seen = await UsePageAsync(service, folder, "shapes");
        Assert.Equal(0, seen.GetProperty("errors").GetArrayLength());
        Assert.False(seen.GetProperty("disabled").GetBoolean());
        string label = (await example.ClassifierAsync()).Predict(Image).Label;
        foreach (string scheme in new[] { "light", "dark" })
        {
            var shown = seen.GetProperty(scheme);
            Assert.Contains($"“{label}”", shown.GetProperty("note").GetString(), StringComparison.Ordinal);
            Assert.EndsWith($" for {label}", shown.GetProperty("alternative").GetString(), StringComparison.Ordinal);
            Assert.Equal("explanation", shown.GetProperty("on").GetString());
            Assert.Equal("preview", shown.GetProperty("off").GetString());
            Assert.Equal("preview", shown.GetProperty("afterRefusal").GetString());
            Assert.Equal(shown.GetProperty("previewBox").GetRawText(), shown.GetProperty("explanationBox").GetRawText());
            Assert.InRange(shown.GetProperty("scrollWidth").GetInt32(), 0, shown.GetProperty("width").GetInt32());
        }
    }

    private static async Task<JsonElement> UsePageAsync(ServiceProcess service, TemporaryFolder folder, string name)
    {
        string image = folder.File("a.jpg");
        await File.WriteAllBytesAsync(image, Image);
        using var document = JsonDocument.Parse(
            await Chromium.RunAsync(
                "tests/TransferLearning.Tests/Samples/explain-page.js", service.Address.AbsoluteUri, image, folder.File(name)));
        return document.RootElement.Clone();
    }

    /// <summary>A classifier straight on the pixels.</summary>
    private static OnnxModel WithoutMaps()
    {
        var network = TestGraph.Build([null, 3, 8, 8], graph => graph.Add(
            "MatMul", [graph.Add("Flatten", ["x"], GraphBuilder.Attribute("axis", 1L)),
                graph.Initializer("w", OnnxRun.Noise(1, 192 * 3), [192, 3])]));
        return ClassifierGraph.FromLogits(
            network,
            new ModelMetadata { Labels = DrawnImages.Classes,
                Preprocessing = new ImagePreprocessing { Width = 8, Height = 8, StandardDeviation = new Vector3(255) } });
    }

    /// <summary>The mean difference of a channel.</summary>
    private static double Difference(SKBitmap one, SKBitmap other) =>
        one.Bytes.Zip(other.Bytes, (a, b) => Math.Abs(a - b)).Average();
}
