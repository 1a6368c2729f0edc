using System.CommandLine;
using System.Globalization;
using System.Numerics.Tensors;
using TransferLearning.Cli.Shards;

namespace TransferLearning.Cli;

/// <summary><c>similar QUERY --features PARTS</c>: the images with the most similar features.</summary>
internal static class SimilarCommand
{
    private sealed record Request(
        string Query, string Parts, int Top, string? Backbone, string? Preprocessing, string? Images, string? Page, bool Json);

    public static Command Create()
    {
        var query =
            new Argument<string>("query") { Description = "An image file, or the path of an image in the parts." }.RefuseOptionLike();
        var parts = new Option<string>("--features")
        {
            Description = "The output folder of 'features', one part of it, or a pattern such as 'out/*.parquet'.",
            HelpName = "FOLDER|FILES",
            Required = true,
        };
        var top = NumberOption.Whole("--top", "The number of images.", otherwise: 20, least: 1);
        var backbone = new Option<string?>("--backbone")
        {
            Description = "The backbone that computed the parts; only for a query that is not in them.",
            HelpName = "NAME|FILE.onnx",
        };
        var preprocessing = SharedOptions.Preprocessing();
        var images = new Option<string?>("--images")
        {
            Description = "The folder that the paths in the parts are relative to, for --page.",
            HelpName = "FOLDER",
        };
        var page = new Option<string?>("--page") { Description = "An HTML page to write, with the images.", HelpName = "FILE.html" };
        var json = SharedOptions.Json();
        var command = new Command("similar", "Find the images most similar to one, by the features that 'features' has computed.")
        {
            query, parts, top, backbone, preprocessing, images, page, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetRequiredValue(query),
                parsed.GetRequiredValue(parts),
                parsed.GetValue(top),
                parsed.GetValue(backbone),
                parsed.GetValue(preprocessing),
                parsed.GetValue(images),
                parsed.GetValue(page),
                parsed.GetValue(json)),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, CancellationToken cancellationToken)
    {
        if (request.Page is { } page)
        {
            if (!Directory.Exists(request.Images))
            {
                throw new ArgumentException(
                    "--page needs --images FOLDER, the folder that the paths in the parts are relative to" +
                    (request.Images is null ? "." : $"; there is no folder '{request.Images}'."));
            }

            OutputFile.RequireEnding(page, "--page", ".html", ".htm");
            OutputFile.RequireWritable(page, "--page");
        }

        var parts = await FeatureParts.OpenAsync(request.Parts, cancellationToken).ConfigureAwait(false);
        string path = request.Query.Replace(Path.DirectorySeparatorChar, '/');
        var stored = await SimilarImages.FeaturesOfAsync(parts, path, cancellationToken).ConfigureAwait(false);
        float[] features = stored ?? await ComputeAsync(request, parts, cancellationToken).ConfigureAwait(false);
        RequireDirection(features, request.Query);
        var found = await SimilarImages.FindAsync(parts, features, stored is null ? null : path, request.Top, cancellationToken)
            .ConfigureAwait(false);
        if (request.Page is { } file)
        {
            string query = stored is null ? request.Query : Path.GetFullPath(path, Path.GetFullPath(request.Images!));
            SimilarPage.RequireImages(request.Images!, found);
            SimilarPage.Write(file, query, request.Images!, found);
        }

        Report(request, found);
        return ExitCode.Success;
    }

    private static async Task<float[]> ComputeAsync(Request request, FeatureParts parts, CancellationToken cancellationToken)
    {
        if (!File.Exists(request.Query))
            throw new FileNotFoundException($"'{request.Query}' is neither an image file nor a path in the parts that has features.");
        if (request.Backbone is null)
        {
            throw new ArgumentException(
                $"'{request.Query}' is not in the parts: give the backbone that computed them with --backbone.");
        }

        var backbone = SharedOptions.ReadBackbone(request.Backbone, request.Preprocessing);
        var network = (await backbone.LoadAsync(null, null, cancellationToken).ConfigureAwait(false)).WithoutTop();
        parts.RequireNetwork(backbone, network);
        using var extractor = new FeatureExtractor(network, backbone.Preprocessing);
        if (extractor.Dimension != parts.Width)
            throw FinishedPart.Damaged(parts.Files[0]);
        return (await extractor.ExtractAsync([request.Query], cancellationToken: cancellationToken).ConfigureAwait(false))[0].ToArray();
    }

    /// <summary>Nothing is similar to features without a direction.</summary>
    private static void RequireDirection(float[] features, string query)
    {
        float length = TensorPrimitives.Norm<float>(features);
        if (!(length > 0 && float.IsFinite(length)))
        {
            throw new DatasetException(
                $"The features of '{query}' are all zero or not finite, so nothing is similar to them; choose another image, or compute " +
                "the parts with another backbone.");
        }
    }

    private static void Report(Request request, IReadOnlyList<SimilarImage> found)
    {
        if (request.Json)
        {
            JsonOutput.Print(new JsonOutput.Similar(request.Query, found, request.Page));
            return;
        }

        foreach (var image in found)
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{image.Similarity:F4}  {image.Path}"));
        if (request.Page is { } page)
            Console.Out.WriteLine($"Saved {page}");
    }
}
