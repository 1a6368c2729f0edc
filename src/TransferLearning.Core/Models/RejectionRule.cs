using System.Numerics.Tensors;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>
/// Tells images of the trained classes from others: an image is known if its features are similar enough to those of some training images,
/// the mean cosine of the angle to the nearest <see cref="Neighbours"/> (Sun et al. 2022, "Out-of-Distribution Detection with Deep Nearest
/// Neighbors"; docs/adr/0012-unknown-images.md compares scores).
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
internal sealed class RejectionRule
{
    /// <summary>The key of the metadata entry.</summary>
    public const string Key = ModelMetadata.Prefix + "rejection";

    /// <summary>How many similar training images count.</summary>
    public const int Neighbours = 5;

    private readonly float[][] _examples;

    private RejectionRule(float[][] examples, RejectionSummary summary)
    {
        _examples = examples;
        Summary = summary;
    }

    /// <summary>The threshold, and what it did on the validation images.</summary>
    public RejectionSummary Summary { get; }

    /// <summary>The number of features.</summary>
    public int Dimension => _examples[0].Length;

    /// <summary>Creates it.</summary>
    /// <param name="features">The features of training images, one row each.</param>
    /// <param name="summary">The threshold.</param>
    public static RejectionRule Of(FeatureMatrix features, RejectionSummary summary) =>
        new([.. Enumerable.Range(0, features.Rows).Select(row => Unpacked(Packed(features[row])))], summary);

    /// <summary>The same examples with another threshold.</summary>
    public RejectionRule With(RejectionSummary summary) => new(_examples, summary);

    /// <summary>How similar features are to the nearest examples, −1 to 1.</summary>
    public double Similarity(ReadOnlySpan<float> features)
    {
        Span<double> best = stackalloc double[Neighbours];
        best.Fill(double.NegativeInfinity);
        float norm = TensorPrimitives.Norm(features);
        if (norm == 0 || !float.IsFinite(norm))
            return -1;
        foreach (float[] example in _examples)
        {
            double similarity = TensorPrimitives.Dot(features, example) / norm;
            for (int i = 0; i < best.Length; i++)
            {
                if (similarity > best[i])
                    (similarity, best[i]) = (best[i], similarity);
            }
        }

        double sum = 0;
        int count = Math.Min(Neighbours, _examples.Length);
        foreach (double similarity in best[..count])
            sum += similarity;
        return sum / count;
    }

    /// <summary>The metadata entry.</summary>
    public string ToJson()
    {
        byte[] packed = [.. _examples.SelectMany(example => Array.ConvertAll(Packed(example), value => (byte)value))];
        return JsonSerializer.Serialize(
            new Stored(Summary, Dimension, Convert.ToBase64String(packed)), RejectionJsonContext.Default.Stored);
    }

    /// <summary>The metadata entry of a rule; none without one.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ToEntries(RejectionRule? rule) =>
        rule is null ? [] : [new(Key, rule.ToJson())];

    /// <summary>Reads the metadata entry; null if there is none.</summary>
    /// <exception cref="OnnxGraphException">The entry is malformed.</exception>
    public static RejectionRule? Parse(string? json, string name)
    {
        if (json is null)
            return null;
        try
        {
            var stored = JsonSerializer.Deserialize(json, RejectionJsonContext.Default.Stored);
            byte[] packed = Convert.FromBase64String(stored?.Examples ?? "");
            if (stored is null || stored.Dimension < 1 || packed.Length == 0 || packed.Length % stored.Dimension != 0)
                throw new FormatException("the number of examples does not match their length");
            var rows = packed.Chunk(stored.Dimension).Select(row => Unpacked(Array.ConvertAll(row, value => (sbyte)value)));
            return new RejectionRule([.. rows], stored.Summary);
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw new OnnxGraphException($"The metadata entry '{Key}' of '{name}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>One byte for each feature: the direction is what counts, and an eighth of a percent of it is enough.</summary>
    private static sbyte[] Packed(ReadOnlySpan<float> features)
    {
        float largest = Math.Max(MathF.Abs(TensorPrimitives.MaxMagnitude(features)), float.Epsilon);
        var packed = new sbyte[features.Length];
        for (int i = 0; i < packed.Length; i++)
            packed[i] = (sbyte)MathF.Round(127 * features[i] / largest);
        return packed;
    }

    /// <summary>The direction as a vector of length 1.</summary>
    private static float[] Unpacked(sbyte[] packed)
    {
        float[] values = Array.ConvertAll(packed, value => (float)value);
        float norm = TensorPrimitives.Norm<float>(values);
        if (norm > 0)
            TensorPrimitives.Divide(values, norm, values);
        return values;
    }

    /// <summary>The JSON of the entry.</summary>
    /// <param name="Summary">The threshold.</param>
    /// <param name="Dimension">The number of features.</param>
    /// <param name="Examples">The directions, one signed byte for each feature, in Base64.</param>
    internal sealed record Stored(RejectionSummary Summary, int Dimension, string Examples);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RejectionRule.Stored))]
internal sealed partial class RejectionJsonContext : JsonSerializerContext;
