using System.Text;

namespace TransferLearning.Studio;

/// <summary>The addresses under which the page finds images, and where it sends new ones.</summary>
public static class ImageEndpoints
{
    /// <summary>Under an address with the hash of the content, an image never changes.</summary>
    private const string Forever = "private, max-age=31536000, immutable";

    private const string Placeholder =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 120 120\"><path fill=\"none\" stroke=\"#c62828\" stroke-width=\"5\" " +
        "d=\"M20 30h80v60H20zM20 90l80-60M20 30l80 60\"/></svg>";

    public static string Thumbnail(ImageEntry image) => FormattableString.Invariant($"image/{image.Id}/small?v={image.Hash.Version}");

    public static string Large(ImageEntry image) => FormattableString.Invariant($"image/{image.Id}/large?v={image.Hash.Version}");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/image/{id:int}/small", (HttpContext context, StudioSession session, int id) =>
            SendAsync(context, session, id, Thumbnails.Side));
        routes.MapGet("/image/{id:int}/large", (HttpContext context, StudioSession session, int id) =>
            SendAsync(context, session, id, Thumbnails.LargeSide));
        routes.MapPost("/upload", async (HttpContext context, StudioSession session) =>
        {
            if (session.Project is not { } project)
                return Results.Problem("No folder is open.", statusCode: StatusCodes.Status409Conflict);
            var form = context.Request.Query;
            try
            {
                return Results.Json(await project.Uploads.AddAsync(
                    context.Request.Body, form["name"].ToString() is { Length: > 0 } name ? name : "image", Optional(form["class"]),
                    form["folders"] == "1", Optional(form["batch"]), context.RequestAborted));
            }
            catch (ArgumentException error)
            {
                return Results.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest);
            }
        }).DisableAntiforgery();
    }

    private static async Task<IResult> SendAsync(HttpContext context, StudioSession session, int id, int side)
    {
        if (session.Project is not { } project || project.Images.Now.Find(id) is not { } image)
            return Results.NotFound();
        try
        {
            var view = await project.Thumbnails.ReadAsync(image, side, context.RequestAborted);
            context.Response.Headers.CacheControl = context.Request.Query["v"] == image.Hash.Version ? Forever : "no-store";
            return Results.Bytes(view.Bytes, view.Type);
        }
        catch (Exception error) when (error is ImageDecodeException or IOException or UnauthorizedAccessException)
        {
            context.Response.Headers.CacheControl = "no-store";
            return Results.Bytes(Encoding.UTF8.GetBytes(Placeholder), "image/svg+xml");
        }
    }

    private static string? Optional(Microsoft.Extensions.Primitives.StringValues value) =>
        value.ToString() is { Length: > 0 } text ? text : null;
}
