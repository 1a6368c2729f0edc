using System.Text.Json;
using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>Reads the catalog of datasets, which is data: one JSON object for each.</summary>
internal static partial class DatasetCatalog
{
    private const string Resource = "datasets.json";

    /// <summary>One dataset.</summary>
    internal sealed record Entry
    {
        public required string Name { get; init; }

        public required int Classes { get; init; }

        public int? Train { get; init; }

        public int? Valid { get; init; }

        public int? Test { get; init; }

        public string? License { get; init; }

        public string? Homepage { get; init; }

        public string? Note { get; init; }

        public required IReadOnlyList<EntryFile> Files { get; init; }

        public required DatasetLayout Layout { get; init; }
    }

    /// <summary>One file of a dataset.</summary>
    internal sealed record EntryFile
    {
        public required string Name { get; init; }

        public required long Bytes { get; init; }

        public required string Sha256 { get; init; }

        public string? Part { get; init; }

        public required IReadOnlyList<Uri> Addresses { get; init; }
    }

    /// <summary>All datasets of the catalog.</summary>
    /// <exception cref="InvalidDataException">The assembly was altered.</exception>
    public static IReadOnlyList<NamedDataset> Read()
    {
        using var resource = EmbeddedResource.Open(Resource);
        return [.. JsonSerializer.Deserialize(resource, EntryContext.Default.IReadOnlyListEntry)!.Select(Create)];
    }

    private static NamedDataset Create(Entry entry) => new(entry.Layout)
    {
        Name = entry.Name,
        ClassCount = entry.Classes,
        TrainingImages = entry.Train,
        ValidationImages = entry.Valid,
        TestImages = entry.Test,
        License = entry.License ?? NamedDataset.UnknownLicense,
        Homepage = entry.Homepage,
        Note = entry.Note,
        Files =
        [
            .. entry.Files.Select(file => new WeightFile
            {
                FileName = file.Name,
                Bytes = file.Bytes,
                Sha256 = file.Sha256,
                Addresses = file.Addresses,
            }),
        ],
        Parts = [.. entry.Files.Select(file => file.Part)],
    };

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        UseStringEnumConverter = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
    [JsonSerializable(typeof(IReadOnlyList<Entry>))]
    private sealed partial class EntryContext : JsonSerializerContext;
}
