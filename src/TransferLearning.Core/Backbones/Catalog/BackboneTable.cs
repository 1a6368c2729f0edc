using System.Text.Json;
using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>Reads the part of the catalog that is data: one JSON object for each network, in the order of the file.</summary>
internal static partial class BackboneTable
{
    private const string Resource = "backbones.json";

    /// <summary>One network; all take RGB images as NCHW.</summary>
    /// <remarks>The generated reader of JSON keeps the default of a missing property only where the property has a setter.</remarks>
    internal sealed record Row
    {
        public required string Name { get; init; }

        /// <summary>The name of the training, as its source calls it.</summary>
        public required string Training { get; init; }

        public required string FileName { get; init; }

        public required long Bytes { get; init; }

        public required string Sha256 { get; init; }

        public required Uri Address { get; init; }

        public required int Size { get; init; }

        public required int ResizeTo { get; init; }

        public required ImageInterpolation Interpolation { get; init; }

        /// <summary><c>imagenet</c>: mean and standard deviation of ImageNet; <c>half</c>: −1 to 1.</summary>
        public required string Norm { get; init; }

        public required string License { get; init; }

        public required double Top1 { get; init; }

        public string? Top1Source { get; init; }

        public required int Features { get; init; }

        public required long Parameters { get; init; }

        /// <summary>The number of classes, or 0 for a network that ends in its features.</summary>
        public int Classes { get; set; } = 1000;

        /// <summary>False until somebody has classified images with these very bytes.</summary>
        public bool Verified { get; set; } = true;
    }

    /// <summary>All networks of the table.</summary>
    /// <exception cref="InvalidDataException">The assembly was altered.</exception>
    public static IReadOnlyList<Backbone> Read()
    {
        using var resource = EmbeddedResource.Open(Resource);
        return [.. JsonSerializer.Deserialize(resource, RowContext.Default.IReadOnlyListRow)!.Select(Create)];
    }

    private static Backbone Create(Row row)
    {
        var norm = row.Norm == "half" ? ImagePreprocessing.TensorFlow(row.Size) : ImagePreprocessing.ImageNet(row.Size);
        return new Backbone
        {
            Name = row.Name,
            Preprocessing = norm with { ResizeTo = row.ResizeTo, Interpolation = row.Interpolation },
            Labels = row.Classes == 0 ? [] : ClassLabels.ImageNet1k,
            ClassCount = row.Classes == 0 ? null : row.Classes,
            License = row.License,
            Origin = $"{row.Training}, {row.Address.Host}",
            PublishedTop1 = row.Top1,
            PublishedTop1Source = row.Top1Source ?? "timm, validation images of ImageNet-1k",
            FeatureDimension = row.Features,
            Parameters = row.Parameters,
            WeightsVerified = row.Verified,
            Weights = new WeightFile
            {
                FileName = row.FileName,
                Bytes = row.Bytes,
                Sha256 = row.Sha256,
                Addresses = [row.Address],
            },
        };
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        UseStringEnumConverter = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
    [JsonSerializable(typeof(IReadOnlyList<Row>))]
    private sealed partial class RowContext : JsonSerializerContext;
}
