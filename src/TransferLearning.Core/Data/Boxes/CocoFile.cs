using System.Text.Json;
using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>
/// The parts of a file of COCO instances that classification needs (source: the data format of cocodataset.org). Outlines, captions and
/// licences are skipped while reading, so they take no memory.
/// </summary>
internal sealed record CocoFile
{
    public IReadOnlyList<CocoImage>? Images { get; init; }

    public IReadOnlyList<CocoAnnotation>? Annotations { get; init; }

    public IReadOnlyList<CocoCategory>? Categories { get; init; }

    /// <summary>Reads a file as a stream.</summary>
    /// <exception cref="DatasetException">The file is missing, is not JSON of this format, or lacks one of the three lists.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CocoFile Read(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw new DatasetException($"There is no annotation file '{path}'; give a file of COCO instances.");
        try
        {
            using var stream = new CancelledFile(path, cancellationToken);
            var file = JsonSerializer.Deserialize(stream, CocoJsonContext.Default.CocoFile);
            (string Name, object? List)[] lists =
                [("images", file?.Images), ("annotations", file?.Annotations), ("categories", file?.Categories)];
            string[] missing = [.. lists.Where(list => list.List is null).Select(list => list.Name)];
            return missing.Length == 0 ? file! : throw new DatasetException(
                $"'{path}' has no list {ClassNames.List(missing)}; give a file of COCO instances, for instance " +
                    "'instances_train2017.json'.");
        }
        catch (JsonException error)
        {
            string place = FormattableString.Invariant(
                $"at {error.Path ?? "$"}, line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}");
            throw new DatasetException($"'{path}' is cut off, damaged or not COCO JSON {place}; download or export it again.");
        }
    }

    /// <summary>A file whose reading can be cancelled: the synchronous serializer has no cancellation.</summary>
    private sealed class CancelledFile(string path, CancellationToken cancellationToken)
        : FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
    {
        // In a class derived from FileStream, the other Read methods call this one.
        public override int Read(byte[] buffer, int offset, int count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return base.Read(buffer, offset, count);
        }
    }
}

/// <summary>An image; its size is 0 if the file does not have it.</summary>
internal readonly record struct CocoImage(long Id, string? FileName, double Width, double Height);

/// <summary>A box: left, top, width and height in pixels.</summary>
internal readonly record struct CocoAnnotation(
    long Id, long ImageId, long CategoryId, double[]? Bbox, [property: JsonPropertyName("iscrowd")] int IsCrowd);

/// <summary>A class.</summary>
internal readonly record struct CocoCategory(long Id, string? Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CocoFile))]
internal sealed partial class CocoJsonContext : JsonSerializerContext;
