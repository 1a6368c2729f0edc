using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Samples;

/// <summary>What the sample service answers.</summary>
public sealed class ImageServiceTests(DrawnExample example, ImageServiceTests.Running running) : IClassFixture<ImageServiceTests.Running>
{
    private const int MaxRequestBytes = 200_000;
    private const int MaxPixels = 250_000;

    [Theory]
    [InlineData("image/jpeg", 3)]
    [InlineData("application/octet-stream", 1)]
    [InlineData("multipart/form-data", 2)]
    public async Task It_predicts_what_the_classifier_predicts(string type, int top)
    {
        var service = await running.ServiceAsync(example);
        byte[] image = DrawnImages.Encode(label: 2, seed: 77);
        using var answer = type.StartsWith("multipart", StringComparison.Ordinal)
            ? await SendFormAsync(service, image, $"?top={top}")
            : await service.PredictAsync(image, $"?top={top}", type);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>();

        var expected = (await example.ClassifierAsync()).Predict(image);
        Assert.Equal(expected.Label, said.GetProperty("label").GetString());
        Assert.Equal(expected.Probability, said.GetProperty("probability").GetSingle(), 1e-5f);
        var listed = said.GetProperty("top").EnumerateArray().ToArray();
        Assert.Equal(expected.Top(top).Select(c => c.Label), listed.Select(c => c.GetProperty("label").GetString()));
        Assert.All(
            expected.Top(top).Zip(listed),
            pair => Assert.Equal(pair.First.Probability, pair.Second.GetProperty("probability").GetSingle(), 1e-5f));
    }

    [Fact]
    public async Task What_is_no_image_is_refused_in_the_words_of_the_library()
    {
        var service = await running.ServiceAsync(example);
        byte[] text = Encoding.UTF8.GetBytes("This is no image, whatever its type says.");
        var classifier = await example.ClassifierAsync();
        string words = Assert.Throws<ImageDecodeException>(() => classifier.Predict(text)).Message;
        using var raw = await service.PredictAsync(text);
        Assert.Equal(words, await ServiceProcess.RefusalAsync(HttpStatusCode.BadRequest, raw));
        using var form = await SendFormAsync(service, text);
        Assert.Equal(words, await ServiceProcess.RefusalAsync(HttpStatusCode.BadRequest, form));
        using var nothing = await service.PredictAsync([]);
        Assert.Contains("it is empty", await ServiceProcess.RefusalAsync(HttpStatusCode.BadRequest, nothing), StringComparison.Ordinal);
        byte[] cut = DrawnImages.Encode(0, 1)[..^200];
        using var partial = await service.PredictAsync(cut);
        Assert.Contains("it is cut off", await ServiceProcess.RefusalAsync(HttpStatusCode.BadRequest, partial), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_of_too_many_pixels_is_refused()
    {
        var service = await running.ServiceAsync(example);
        using var fits = await service.PredictAsync(OneColour(500, 500), type: "image/png");
        Assert.Equal(HttpStatusCode.OK, fits.StatusCode);
        using var large = await service.PredictAsync(OneColour(501, 500), type: "image/png");
        string said = await ServiceProcess.RefusalAsync(HttpStatusCode.BadRequest, large);
        Assert.Contains("its size is 501 × 500, over the limit of 250000 pixels", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_of_too_many_bytes_is_refused(bool unannounced)
    {
        var service = await running.ServiceAsync(example);
        using var content = new StreamContent(new MemoryStream(new byte[MaxRequestBytes + 1]));
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("predict", UriKind.Relative)) { Content = content };
        request.Headers.TransferEncodingChunked = unannounced;
        using var answer = await service.Client.SendAsync(request);
        string said = await ServiceProcess.RefusalAsync(HttpStatusCode.RequestEntityTooLarge, answer);
        Assert.Contains(MaxRequestBytes.ToString(CultureInfo.InvariantCulture), said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", "", HttpStatusCode.UnsupportedMediaType, "'application/json' is neither")]
    [InlineData("multipart/form-data", "", HttpStatusCode.BadRequest, "no boundary")]
    [InlineData(
        "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n",
        HttpStatusCode.BadRequest, "no file")]
    [InlineData(
        "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"",
        HttpStatusCode.BadRequest, "malformed or cut off")]
    public async Task A_body_without_an_image_is_refused(string type, string body, HttpStatusCode status, string reason)
    {
        var service = await running.ServiceAsync(example);
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await service.Client.PostAsync(new Uri("predict", UriKind.Relative), content);
        Assert.Contains(reason, await ServiceProcess.RefusalAsync(status, answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?top=0")]
    [InlineData("?top=-1")]
    [InlineData("?top=many")]
    public async Task A_count_of_classes_that_is_none_is_refused(string query)
    {
        var service = await running.ServiceAsync(example);
        using var answer = await service.PredictAsync(DrawnImages.Encode(0, 1), query);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Health_tells_the_model_and_the_limits()
    {
        var service = await running.ServiceAsync(example);
        var health = await service.Client.GetFromJsonAsync<JsonElement>("health");
        Assert.Equal("ok", health.GetProperty("status").GetString());
        Assert.Equal("shapes.onnx", health.GetProperty("model").GetString());
        Assert.Equal(DrawnImages.Classes.Count, health.GetProperty("classes").GetInt32());
        Assert.Equal(MaxRequestBytes, health.GetProperty("maxRequestBytes").GetInt32());
        Assert.Equal(MaxPixels, health.GetProperty("maxPixels").GetInt64());
    }

    [Fact]
    public async Task The_OpenAPI_document_describes_every_answer()
    {
        var service = await running.ServiceAsync(example);
        var document = await service.Client.GetFromJsonAsync<JsonElement>("openapi/v1.json");
        Assert.StartsWith("3.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal(["/explain", "/health", "/predict"], document.GetProperty("paths").EnumerateObject().Select(path => path.Name)
            .Order(StringComparer.Ordinal));
        var predict = document.GetProperty("paths").GetProperty("/predict").GetProperty("post");
        Assert.Equal(["200", "400", "408", "413", "415", "429"], predict.GetProperty("responses").EnumerateObject()
            .Select(response => response.Name));
        Assert.True(predict.GetProperty("responses").GetProperty("429").GetProperty("headers").TryGetProperty("Retry-After", out _));
        Assert.Equal("top", predict.GetProperty("parameters")[0].GetProperty("name").GetString());
        Assert.Equal(
            ["multipart/form-data", "image/*", "application/octet-stream"],
            predict.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(type => type.Name));
        var answer = document.GetProperty("components").GetProperty("schemas").GetProperty("PredictionAnswer").GetProperty("properties");
        Assert.Equal("number", answer.GetProperty("probability").GetProperty("type").GetString());
        Assert.Equal("array", answer.GetProperty("top").GetProperty("type").GetString());
    }

    [Fact]
    public async Task The_page_and_its_files_are_served_and_need_nothing_else()
    {
        var service = await running.ServiceAsync(example);
        using var page = await service.Client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("default-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        string html = await page.Content.ReadAsStringAsync();
        foreach (string file in new[] { "page.css", "page.js", "icon.svg" })
        {
            Assert.Contains($"\"{file}\"", html, StringComparison.Ordinal);
            string text = await service.Client.GetStringAsync(new Uri(file, UriKind.Relative));
            Assert.DoesNotContain("//", text.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("//", html, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendFormAsync(ServiceProcess service, byte[] image, string query = "")
    {
        using var form = new MultipartFormDataContent { { new StringContent("a field before the file"), "note" },
            { new ByteArrayContent(image), "image", "a.jpg" } };
        return await service.Client.PostAsync(new Uri($"predict{query}", UriKind.Relative), form);
    }

    private static byte[] OneColour(int width, int height)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(SKColors.SteelBlue);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>One service for all tests of the class.</summary>
    public sealed class Running : IDisposable
    {
        private readonly SemaphoreSlim _one = new(1);
        private ServiceProcess? _service;

        public void Dispose()
        {
            _service?.Dispose();
            _one.Dispose();
        }

        internal async Task<ServiceProcess> ServiceAsync(DrawnExample example)
        {
            await _one.WaitAsync();
            try
            {
                return _service ??= await ServiceProcess.StartAsync(
                    $"ModelPath={await example.ModelAsync()}", $"MaxRequestBytes={MaxRequestBytes}", $"MaxPixels={MaxPixels}");
            }
            finally
            {
                _one.Release();
            }
        }
    }
}
