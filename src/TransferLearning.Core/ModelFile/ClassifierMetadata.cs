using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// What a file of a finished classifier says beyond <see cref="ModelMetadata"/>: its format version, how it was trained, and how it was
/// quantized.
/// </summary>
internal static class ClassifierMetadata
{
    /// <summary>The version of the file format that this library writes; later ones are refused.</summary>
    public const int FormatVersion = 1;

    private const string FormatVersionKey = ModelMetadata.Prefix + "format_version";
    private const string TrainingKey = ModelMetadata.Prefix + "training";
    private const string QuantizationKey = ModelMetadata.Prefix + "quantization";

    /// <summary>The entries to write.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ToEntries(TrainingSummary? training, QuantizationSummary? quantization = null)
    {
        List<KeyValuePair<string, string>> entries = [new(FormatVersionKey, FormatVersion.ToString(CultureInfo.InvariantCulture))];
        if (training is not null)
            entries.Add(new(TrainingKey, JsonSerializer.Serialize(training, TrainingJsonContext.Readable.TrainingSummary)));
        if (quantization is not null)
            entries.Add(new(QuantizationKey, JsonSerializer.Serialize(quantization, TrainingJsonContext.Readable.QuantizationSummary)));
        return entries;
    }

    /// <summary>
    /// Reads how the classifier was trained and quantized; null for a pretrained network as it is, and for one in floats.
    /// </summary>
    /// <exception cref="OnnxGraphException">The file is of a later version, or an entry is malformed.</exception>
    public static (TrainingSummary? Training, QuantizationSummary? Quantization) Read(OnnxModel model, string name)
    {
        if (model.Metadata.TryGetValue(FormatVersionKey, out string? text))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version))
                throw new OnnxGraphException(
                    $"The metadata entry '{FormatVersionKey}' of '{name}' is '{text}'; it must be a whole number.");
            if (version > FormatVersion)
            {
                throw new OnnxGraphException(
                    $"'{name}' is of format version {version}, and this library reads up to {FormatVersion}: " +
                    "update the package TransferLearning.");
            }
        }

        return (
            ReadEntry(model, name, TrainingKey, TrainingJsonContext.Readable.TrainingSummary),
            ReadEntry(model, name, QuantizationKey, TrainingJsonContext.Readable.QuantizationSummary));
    }

    private static T? ReadEntry<T>(OnnxModel model, string name, string key, JsonTypeInfo<T> type)
        where T : class
    {
        if (!model.Metadata.TryGetValue(key, out string? json))
            return null;
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException error)
        {
            throw new OnnxGraphException($"The metadata entry '{key}' of '{name}' cannot be read: {error.Message}", error);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TrainingSummary))]
[JsonSerializable(typeof(QuantizationSummary))]
internal sealed partial class TrainingJsonContext : JsonSerializerContext
{
    public static TrainingJsonContext Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
