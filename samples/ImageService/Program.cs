using System.ComponentModel;
using System.Text.Json.Serialization;
using ImageService;
using TransferLearning;

// The settings and the page lie beside the program, whatever the working directory is.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

ServiceOptions options;
ImageClassifier loaded;
try
{
    options = ServiceOptions.Read(builder.Configuration);
    var backbone = options.ModelPath.Length == 0 ? Backbones.TinyResNet : Backbone.FromFile(options.ModelPath);
    loaded = await TransferLearner.From(backbone).Classifier().CreateAsync();
    // The first prediction creates the native session: a network that cannot be used fails at start, and no client waits for it.
    loaded.Predict(Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAAAAAAALAAAAAABAAEAAAIBRAA7"), "an image of one pixel");
}
catch (Exception error) when (error is InvalidOperationException or OnnxGraphException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"error: {error.Message}");
    return 2;
}

using var classifier = loaded;
using var explainer = Explainer.Of(classifier);
using var queue = new PredictionQueue(options.Concurrency, options.QueueLength, options.Explanations);
var images = new ImageRequests(queue, options);
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
    "ok", model, classifier.Labels.Count, queue.Taken, queue.Capacity, options.MaxRequestBytes, options.MaxPixels, explainer.Obstacle));

app.MapPost("/predict", async (HttpContext context, [Description("How many classes to list, 1 or more.")] int top = 5) => top < 1
        ? Results.Problem("'top' must be 1 or more.", statusCode: StatusCodes.Status400BadRequest)
        : await images.AnswerAsync(context, explanation: false, image =>
        {
            var prediction = classifier.Predict(image.Span, "image", decoding);
            return Results.Ok(new PredictionAnswer(prediction.Label, prediction.Probability, prediction.Top(top), prediction.IsKnown));
        }))
    .WithSummary("Classifies an image.")
    .Produces<PredictionAnswer>()
    .DescribeImage();

app.MapPost("/explain", async (
        HttpContext context, [Description("The class to explain; without it the most probable one.")] string? label = null) =>
    {
        if (explainer.GradCam is not { } gradCam)
        {
            return Results.Problem(
                $"This classifier cannot be explained: {explainer.Obstacle}", statusCode: StatusCodes.Status501NotImplemented);
        }
        if (label is not null && !classifier.Labels.Contains(label))
            return Results.Problem($"The classifier has no class '{label}'.", statusCode: StatusCodes.Status400BadRequest);
        return await images.AnswerAsync(context, explanation: true, image =>
            Results.Bytes(gradCam.Explain(image, "image", decoding, label).ToJpeg(options.ExplanationSide), "image/jpeg"));
    })
    .WithSummary("Explains which parts of an image contribute to a class, as a heat map (Grad-CAM).")
    .Produces<Stream>(contentType: "image/jpeg")
    .ProducesProblem(StatusCodes.Status501NotImplemented)
    .DescribeImage();

await app.RunAsync();
return 0;
