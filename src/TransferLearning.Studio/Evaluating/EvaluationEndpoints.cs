namespace TransferLearning.Studio;

/// <summary>The addresses of what is drawn and sent about finished runs.</summary>
public static class EvaluationEndpoints
{
    /// <summary>Where the explanation of an image is drawn.</summary>
    public static string Explanation(long run, int image) => FormattableString.Invariant($"run/{run}/explain/{image}");

    /// <summary>Where the model of a run is downloaded.</summary>
    public static string Model(long run) => FormattableString.Invariant($"run/{run}/model");

    /// <summary>Where the report of a run is shown.</summary>
    public static string Report(long run) => FormattableString.Invariant($"run/{run}/report");

    /// <summary>The name of the file in which the model of a run is saved.</summary>
    public static string FileOf(TrainingRun run) => $"{FileName(run.Name)}.onnx";

    /// <summary>The name of the file in which the report of a run is saved.</summary>
    public static string ReportOf(TrainingRun run) => $"{FileName(run.Name)}.html";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/run/{run:long}/explain/{image:int}", (HttpContext context, StudioSession session, long run, int image) =>
            AnswerAsync(session, run, async (project, found) =>
            {
                if (project.Images.Now.Find(image) is not { } entry)
                    return Results.NotFound();
                var model = await project.Models.OpenAsync(found, context.RequestAborted);
                byte[] content = await File.ReadAllBytesAsync(project.Folder.PathOf(entry), context.RequestAborted);
                return model.Explanation is { } explanation
                    ? Results.Bytes(await Task.Run(() => explanation.Explain(content, entry.Name).ToJpeg(480)), "image/jpeg")
                    : Results.Problem("This network cannot be explained.", statusCode: StatusCodes.Status501NotImplemented);
            }));
        routes.MapGet("/run/{run:long}/model", (StudioSession session, long run) => AnswerAsync(session, run, (project, found) =>
            Task.FromResult(Results.File(project.Models.PathOf(found), "application/octet-stream", FileOf(found)))));
        routes.MapGet("/run/{run:long}/report", (HttpContext context, StudioSession session, long run) =>
            AnswerAsync(session, run, async (project, found) =>
            {
                var evaluation = await RunEvaluation.OfAsync(project, found, onTest: true, null, context.RequestAborted);
                var model = await project.Models.OpenAsync(found, context.RequestAborted);
                string path = Path.Combine(new RunFiles(project.Folder, run).Folder, "report.html");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await HtmlReport.WriteAsync(path, evaluation.Result, model.Classifier, cancellationToken: context.RequestAborted);
                return Results.File(path, "text/html; charset=utf-8", ReportOf(found));
            }));
    }

    private static async Task<IResult> AnswerAsync(StudioSession session, long run, Func<Project, TrainingRun, Task<IResult>> answer)
    {
        if (session.Project is not { } project || project.Runs.Find(run) is not { } found)
            return Results.NotFound();
        try
        {
            return await answer(project, found);
        }
        catch (Exception error) when (error is TransferLearningException or IOException or UnauthorizedAccessException)
        {
            return Results.Problem(error.Message, statusCode: StatusCodes.Status422UnprocessableEntity);
        }
    }

    /// <summary>A name that every system takes for a file.</summary>
    private static string FileName(string name) =>
        string.Concat(name.Select(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-')) is { Length: > 0 } text
            ? text
            : "model";
}
