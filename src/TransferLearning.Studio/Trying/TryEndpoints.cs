using System.Diagnostics;
using TransferLearning.Onnx;

namespace TransferLearning.Studio;

/// <summary>
/// Answers about an image that is shown to a classifier: a prediction, an explanation, feature maps. Nothing of it is kept.
/// </summary>
public static class TryEndpoints
{
    /// <summary>So many classes are listed one by one.</summary>
    private const int MostShown = 8;

    private static readonly SemaphoreSlim Explaining = new(1);

    public static void Map(IEndpointRouteBuilder routes)
    {
        MapImage(routes, "/try/{run:long}/predict", (model, image, asked, _) =>
        {
            var clock = Stopwatch.StartNew();
            var prediction = model.Classifier.Predict(image.Span, asked.Name);
            int classes = model.Classifier.Labels.Count, shown = classes <= MostShown + 1 ? classes : MostShown;
            var top = prediction.Top(shown);
            return Task.FromResult(Results.Json(new
            {
                prediction.Label,
                prediction.Probability,
                Known = prediction.IsKnown,
                Why = Thresholds.WhyUnknown(model.Classifier.Rejection, prediction),
                Top = top,
                Others = classes - shown,
                Milliseconds = clock.Elapsed.TotalMilliseconds,
            }));
        });
        MapImage(routes, "/try/{run:long}/explain", (model, image, asked, _) => Task.FromResult(model.Explanation is { } explanation
            ? Results.Bytes(explanation.Explain(image, asked.Name, null, asked.Label).ToJpeg(720), "image/jpeg")
            : Results.Problem("This network cannot be explained.", statusCode: StatusCodes.Status501NotImplemented)));
        MapImage(routes, "/try/{run:long}/maps", DrawMapsAsync);
    }

    private static void MapImage(
        IEndpointRouteBuilder routes, string pattern, Func<LoadedModel, ReadOnlyMemory<byte>, Asked, CancellationToken,
            Task<IResult>> answer) =>
        routes.MapPost(pattern, async (HttpContext context, StudioSession session, long run) =>
        {
            if (session.Project is not { } project || project.Runs.Find(run) is not { } found)
                return Results.NotFound();
            if (context.Request.ContentLength > ImageUploads.MostImageBytes)
                return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
            var asked = new Asked(Query(context, "name") ?? "the image", Query(context, "label"));
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            try
            {
                var model = await project.Models.OpenAsync(found, context.RequestAborted);
                return await Task.Run(() => answer(model, body.GetBuffer().AsMemory(0, (int)body.Length), asked, context.RequestAborted));
            }
            catch (Exception error) when (error is TransferLearningException or IOException or ArgumentException)
            {
                return Results.Problem(error.Message, statusCode: StatusCodes.Status422UnprocessableEntity);
            }
        }).DisableAntiforgery();

    private static async Task<IResult> DrawMapsAsync(
        LoadedModel model, ReadOnlyMemory<byte> image, Asked asked, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("transferlearning-studio-");
        // The layers are run one after the other; two figures at once would only be slower.
        await Explaining.WaitAsync(cancellationToken);
        try
        {
            string source = Path.Combine(folder.FullName, "image" + ContentSniffer.ExtensionOf(image.Span)), figure =
                Path.Combine(folder.FullName, "maps.svg");
            await File.WriteAllBytesAsync(source, image, cancellationToken);
            await FeatureMaps.WriteAsync(
                figure, source, OnnxModel.Load(model.Path), model.Classifier.Preprocessing, cancellationToken: cancellationToken);
            return Results.Bytes(await File.ReadAllBytesAsync(figure, cancellationToken), "image/svg+xml");
        }
        finally
        {
            Explaining.Release();
            folder.Delete(recursive: true);
        }
    }

    private static string? Query(HttpContext context, string key) =>
        context.Request.Query[key].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>What the page says about an image.</summary>
    /// <param name="Name">What messages call it.</param>
    /// <param name="Label">The class to explain; null for the predicted one.</param>
    private sealed record Asked(string Name, string? Label);
}
