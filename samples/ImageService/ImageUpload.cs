using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ImageService;

/// <summary>Reads the image out of a request: the first file of a form, or the whole body.</summary>
internal static class ImageUpload
{
    private const int LongestBoundary = 70;

    /// <summary>Reads the image into memory, never to disk. The server bounds the size of the body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="patience">The maximum time of the upload.</param>
    /// <exception cref="BadHttpRequestException">There is no image; the status code and the message are for the client.</exception>
    /// <exception cref="OperationCanceledException">The client has disconnected.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, TimeSpan patience)
    {
        var aborted = request.HttpContext.RequestAborted;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        limit.CancelAfter(patience);
        try
        {
            var image = await OpenAsync(request, limit.Token);
            var content = new MemoryStream();
            await image.CopyToAsync(content, limit.Token);
            return content.GetBuffer().AsMemory(0, (int)content.Length);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The upload takes too long.", StatusCodes.Status408RequestTimeout);
        }
        catch (Exception malformed) when (malformed is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new BadHttpRequestException("The form is malformed or cut off.", StatusCodes.Status400BadRequest, malformed);
        }
    }

    private static async Task<Stream> OpenAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.ContentType))
            return request.Body;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !IsAccepted(type))
        {
            throw new BadHttpRequestException(
                $"The content type '{request.ContentType}' is neither multipart/form-data nor image/* nor application/octet-stream.",
                StatusCodes.Status415UnsupportedMediaType);
        }

        return IsForm(type) ? await FirstFileAsync(request.Body, type, cancellationToken) : request.Body;
    }

    private static async Task<Stream> FirstFileAsync(Stream body, MediaTypeHeaderValue type, CancellationToken cancellationToken)
    {
        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > LongestBoundary)
            throw new BadHttpRequestException($"The form has no boundary of 1 to {LongestBoundary} characters.");
        var reader = new MultipartReader(boundary, body);
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (section.GetContentDispositionHeader()?.IsFileDisposition() == true)
                return section.Body;
        }

        throw new BadHttpRequestException("The form has no file.");
    }

    private static bool IsAccepted(MediaTypeHeaderValue type) =>
        IsForm(type) || Is(type.Type.Value, "image") || Is(type.MediaType.Value, "application/octet-stream");

    private static bool IsForm(MediaTypeHeaderValue type) => Is(type.MediaType.Value, "multipart/form-data");

    private static bool Is([NotNullWhen(true)] string? value, string expected) =>
        string.Equals(value, expected, StringComparison.OrdinalIgnoreCase);
}
