using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ImageService;

/// <summary>What the OpenAPI document says beyond what follows from the code.</summary>
internal static class ApiDocument
{
    public static void Describe(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info = new OpenApiInfo
        {
            Title = "Image service", Version = "1", Description = "Classifies images with one image classifier.",
        };
        // The address is wherever the document was fetched from.
        document.Servers = [];
        return Task.CompletedTask;
    });

    /// <summary>The refusals of a request with an image. The body is read by hand, so it is described by hand.</summary>
    public static RouteHandlerBuilder DescribeImage(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status408RequestTimeout)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .AddOpenApiOperationTransformer((operation, _, _) => DescribeImageAsync(operation));

    private static Task DescribeImageAsync(OpenApiOperation operation)
    {
        var form = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema> { ["image"] = Binary() },
            Required = new HashSet<string> { "image" },
        };
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "A JPEG, PNG, GIF, BMP, WebP or ICO image.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["multipart/form-data"] = new() { Schema = form },
                ["image/*"] = new() { Schema = Binary() },
                ["application/octet-stream"] = new() { Schema = Binary() },
            },
        };
        if (operation.Responses?.TryGetValue("429", out var full) == true && full is OpenApiResponse response)
        {
            response.Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["Retry-After"] = new OpenApiHeader
                {
                    Description = "Seconds to wait.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
                },
            };
        }

        return Task.CompletedTask;
    }

    private static OpenApiSchema Binary() => new() { Type = JsonSchemaType.String, Format = "binary" };
}
