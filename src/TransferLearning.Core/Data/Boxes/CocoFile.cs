using System.Text.Json;
using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>
/// The parts of a file of COCO instances that classification needs (source: the data format of cocodataset.org). Outlines, captions and
/// licences are passed over while the file is read, so they take no memory.
/// </summary>
internal sealed record CocoFile
{
    public IReadOnlyList<CocoImage>? Images { get; init; }

    public IReadOnlyList<CocoAnnotation>? Annotations { get; init; }

    public IReadOnlyList<CocoCategory>? Categories { get; init; }

    /// <summary>Reads a file piece by piece.</summary>
    /// <exception cref="DatasetException">The file is missing, is no JSON of this form, or lacks one of the three lists.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CocoFile Read(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw new DatasetException($"There is no file of annotations '{path}'.");
        try
        {
            using var stream = new CancelledFile(path, cancellationToken);
            var file = JsonSerializer.Deserialize(stream, CocoJsonContext.Default.CocoFile);
            string[] missing =
            [
                .. new (string Name, object? List)[] { ("images", file?.Images), ("annotations", file?.Annotations), ("categories", file?.Categories) }
                    .Where(list => list.List is null).Select(list => list.Name),
            ];
            return missing.Length == 0 ? file! : throw new DatasetException(
                $"'{path}' has no list {ClassNames.List(missing)}; give a file of COCO instances, for instance 'instances_train2017.json'.");
        }
        catch (JsonException error)
        {
            string place = FormattableString.Invariant($"at {error.Path ?? "$"}, line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}");
            throw new DatasetException($"'{path}' is cut off, damaged or no JSON of COCO {place}; fetch it again, or export it anew.");
        }
    }

    /// <summary>A file that stops to be read when the work is cancelled: the serializer itself knows no cancellation.</summary>
    private sealed class CancelledFile(string path, CancellationToken cancellationToken)
        : FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
    {
        // A stream made from FileStream leads its other ways to read here.
        public override int Read(byte[] buffer, int offset, int count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return base.Read(buffer, offset, count);
        }
    }
}

/// <summary>An image. Its size is 0 where the file does not say it.</summary>
internal readonly record struct CocoImage(long Id, string? FileName, double Width, double Height);

/// <summary>A box: left, top, width and height in pixels.</summary>
internal readonly record struct CocoAnnotation(
    long Id, long ImageId, long CategoryId, double[]? Bbox, [property: JsonPropertyName("iscrowd")] int IsCrowd);

/// <summary>A class.</summary>
internal readonly record struct CocoCategory(long Id, string? Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CocoFile))]
internal sealed partial class CocoJsonContext : JsonSerializerContext;
