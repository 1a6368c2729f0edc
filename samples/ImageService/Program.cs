using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using ImageService;
using TransferLearning;
using TransferLearning.Imaging;
using TransferLearning.Onnx;

// The settings and the page lie beside the program, whatever the working directory is.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

ServiceOptions options;
ImageClassifier loaded;
try
{
    options = ServiceOptions.Read(builder.Configuration);
    var backbone = options.ModelPath.Length == 0 ? Backbones.TinyResNet : Backbone.FromFile(options.ModelPath);
    loaded = await TransferLearner.From(backbone).Classifier().CreateAsync();
    // The first prediction opens the native session: a network that cannot be used is found now, and no client waits for it.
    loaded.Predict(Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAAAAAAALAAAAAABAAEAAAIBRAA7"), "a picture of one pixel");
}
catch (Exception error) when (error is InvalidOperationException or OnnxGraphException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"error: {error.Message}");
    return 2;
}

using var classifier = loaded;
using var queue = new PredictionQueue(options.Concurrency, options.QueueLength);
var decoding = new ImageDecodeOptions { MaxPixels = options.MaxPixels };
string model = options.ModelPath.Length == 0 ? Backbones.TinyResNet.Name : Path.GetFileName(options.ModelPath);

builder.WebHost.ConfigureKestrel(server =>
{
    server.Limits.MaxRequestBodySize = options.MaxRequestBytes;
    server.AddServerHeader = false;
});
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(options.ShutdownSeconds));
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
builder.Services.AddProblemDetails();
builder.Services.AddOpenApi(ApiDocument.Describe);

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.Use((context, next) =>
{
    context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; img-src 'self' blob:; frame-ancestors 'none'";
    context.Response.Headers.XContentTypeOptions = "nosniff";
    return next();
});
app.UseFileServer();
app.MapOpenApi();

app.MapGet("/health", () => new HealthAnswer(
    "ok", model, classifier.Labels.Count, queue.Taken, queue.Capacity, options.MaxRequestBytes, options.MaxPixels));

app.MapPost("/predict", async (HttpContext context, [Description("How many classes to list, 1 or more.")] int top = 5) =>
{
    using var place = queue.TryEnter();
    if (place is null)
    {
        context.Response.Headers.RetryAfter = options.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return Results.Problem("All places are taken; try again a little later.", statusCode: StatusCodes.Status429TooManyRequests);
    }

    if (top < 1)
        return Results.Problem("'top' must be 1 or more.", statusCode: StatusCodes.Status400BadRequest);
    try
    {
        var picture = await PictureUpload.ReadAsync(context.Request, TimeSpan.FromSeconds(options.UploadSeconds));
        var prediction = await place.RunAsync(() => classifier.Predict(picture, "picture", decoding), context.RequestAborted);
        return Results.Ok(new PredictionAnswer(prediction.Label, prediction.Probability, prediction.Top(top)));
    }
    catch (BadHttpRequestException error)
    {
        return Results.Problem(error.Message, statusCode: error.StatusCode);
    }
    catch (ImageDecodeException error)
    {
        return Results.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest);
    }
})
    .WithSummary("Says what is on a picture.")
    .Produces<PredictionAnswer>()
    .ProducesProblem(StatusCodes.Status400BadRequest)
    .ProducesProblem(StatusCodes.Status408RequestTimeout)
    .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
    .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
    .ProducesProblem(StatusCodes.Status429TooManyRequests)
    .AddOpenApiOperationTransformer((operation, _, _) => ApiDocument.DescribePictureAsync(operation));

await app.RunAsync();
return 0;
