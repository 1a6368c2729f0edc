using System.Globalization;
using TransferLearning;

namespace ImageService;

/// <summary>Common to all requests with an image: a place in the queue, the upload, a turn to compute, and the refusals.</summary>
/// <param name="queue">The places.</param>
/// <param name="options">The limits.</param>
internal sealed class ImageRequests(PredictionQueue queue, ServiceOptions options)
{
    /// <summary>Answers a request.</summary>
    /// <param name="context">The request; its body is the image.</param>
    /// <param name="explanation">Whether it is an explanation, of which there may be fewer at once.</param>
    /// <param name="work">Makes the answer from the image; it may block.</param>
    public async Task<IResult> AnswerAsync(HttpContext context, bool explanation, Func<ReadOnlyMemory<byte>, IResult> work)
    {
        using var place = queue.TryEnter(explanation);
        if (place is null)
        {
            context.Response.Headers.RetryAfter = options.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
            return Results.Problem("All places are taken; try again a little later.", statusCode: StatusCodes.Status429TooManyRequests);
        }

        try
        {
            var image = await ImageUpload.ReadAsync(context.Request, TimeSpan.FromSeconds(options.UploadSeconds));
            return await place.RunAsync(() => work(image), context.RequestAborted);
        }
        catch (BadHttpRequestException error)
        {
            return Results.Problem(error.Message, statusCode: error.StatusCode);
        }
        catch (ImageDecodeException error)
        {
            return Results.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }
}
