using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// What a model file says of itself in <c>metadata_props</c>: where it comes from, its licence, its classes and how images are prepared.
/// The keys and their JSON are a file format: their meaning never changes.
/// </summary>
internal sealed record ModelMetadata
{
    /// <summary>Starts every key, so that they never meet those of another tool.</summary>
    public const string Prefix = "transferlearning.";

    /// <summary>A short name of the model.</summary>
    public const string TitleKey = Prefix + "title";

    /// <summary>Where the weights come from, in words.</summary>
    public const string OriginKey = Prefix + "origin";

    /// <summary>The licence of the weights, an SPDX identifier where there is one.</summary>
    public const string LicenseKey = Prefix + "license";

    /// <summary>A JSON array of class names in the order of the outputs.</summary>
    public const string LabelsKey = Prefix + "labels";

    /// <summary>A JSON array of WordNet identifiers in the order of the outputs.</summary>
    public const string SynsetsKey = Prefix + "synsets";

    /// <summary>The JSON of <see cref="ImagePreprocessing"/>.</summary>
    public const string PreprocessingKey = Prefix + "preprocessing";

    /// <summary>The share of validation images whose first guess is right, 0–1, invariant culture.</summary>
    public const string ValidationTop1Key = Prefix + "validation_top1";

    /// <summary>A short name of the model, or null.</summary>
    public string? Title { get; init; }

    /// <summary>Where the weights come from, or null.</summary>
    public string? Origin { get; init; }

    /// <summary>The licence of the weights, or null.</summary>
    public string? License { get; init; }

    /// <summary>How images are prepared, or null.</summary>
    public ImagePreprocessing? Preprocessing { get; init; }

    /// <summary>Class names in the order of the outputs; empty when the file has none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>WordNet identifiers in the order of the outputs; empty when the file has none.</summary>
    public IReadOnlyList<string> Synsets { get; init; } = [];

    /// <summary>The share of validation images whose first guess is right, 0–1, or null.</summary>
    public double? ValidationTop1 { get; init; }

    /// <summary>Reads the entries of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">What error messages call it, usually its path.</param>
    /// <exception cref="OnnxGraphException">An entry is there but malformed; the message names the file and the key.</exception>
    public static ModelMetadata Read(OnnxModel model, string name)
    {
        var entries = model.Metadata;
        return new ModelMetadata
        {
            Title = entries.GetValueOrDefault(TitleKey),
            Origin = entries.GetValueOrDefault(OriginKey),
            License = entries.GetValueOrDefault(LicenseKey),
            Preprocessing = Parse(entries, PreprocessingKey, name, ImagePreprocessing.Parse),
            Labels = Parse(entries, LabelsKey, name, StringsFromJson) ?? [],
            Synsets = Parse(entries, SynsetsKey, name, StringsFromJson) ?? [],
            ValidationTop1 = Parse(
                entries, ValidationTop1Key, name, text => (double?)double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)),
        };
    }

    /// <summary>The entries to write; absent values are left out.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ToEntries()
    {
        var entries = new List<KeyValuePair<string, string>>();
        Add(TitleKey, Title);
        Add(OriginKey, Origin);
        Add(LicenseKey, License);
        Add(ValidationTop1Key, ValidationTop1?.ToString("R", CultureInfo.InvariantCulture));
        Add(PreprocessingKey, Preprocessing?.ToJson());
        Add(LabelsKey, Labels.Count == 0 ? null : StringsToJson(Labels));
        Add(SynsetsKey, Synsets.Count == 0 ? null : StringsToJson(Synsets));
        return entries;

        void Add(string key, string? value)
        {
            if (value is not null)
                entries.Add(new(key, value));
        }
    }

    /// <summary>The JSON array of <see cref="LabelsKey"/> and <see cref="SynsetsKey"/>.</summary>
    public static string StringsToJson(IReadOnlyList<string> values) =>
        JsonSerializer.Serialize([.. values], MetadataJsonContext.Readable.StringArray);

    /// <summary>Reads the JSON array of <see cref="LabelsKey"/> and <see cref="SynsetsKey"/>.</summary>
    /// <exception cref="FormatException">The array, or one of its values, is null.</exception>
    /// <exception cref="JsonException">The text is no such array.</exception>
    public static string[] StringsFromJson(string json)
    {
        string[] values = JsonSerializer.Deserialize(json, MetadataJsonContext.Readable.StringArray)
            ?? throw new FormatException("it is null");
        return values.Contains(null) ? throw new FormatException("it holds a null") : values;
    }

    private static T? Parse<T>(IReadOnlyDictionary<string, string> entries, string key, string name, Func<string, T> parse)
    {
        if (!entries.TryGetValue(key, out string? text))
            return default;
        try
        {
            return parse(text);
        }
        catch (Exception error) when (error is FormatException or JsonException or OverflowException)
        {
            throw new OnnxGraphException(
                $"The metadata entry '{key}' of '{name}' cannot be read: {error.Message} Correct the entry or remove it from " +
                "the file.",
                error);
        }
    }
}

/// <summary>Names keep their letters: "São Paulo" is stored as it is, not as escapes.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class MetadataJsonContext : JsonSerializerContext
{
    public static MetadataJsonContext Readable { get; } = new(
        new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
