using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TransferLearning;

/// <summary>What there is to know of a classifier and its evaluation, for people.</summary>
internal static class ModelCard
{
    /// <summary>The lines of the card.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="metadata">What its file says of itself.</param>
    /// <param name="dataHash">Stands for the images that it was evaluated on.</param>
    /// <param name="created">The time of the report.</param>
    public static IReadOnlyList<ReportEntry> Of(ImageClassifier classifier, ModelMetadata metadata, string dataHash, DateTimeOffset created)
    {
        var card = new List<ReportEntry>();
        var invariant = CultureInfo.InvariantCulture;
        Add("Backbone", metadata.Title ?? classifier.Training?.Backbone);
        Add("Origin of the weights", metadata.Origin);
        Add("Licence of the weights", metadata.License ?? "not stated");
        Add("Classes", classifier.Labels.Count.ToString(invariant));
        Add("Parameters", classifier.ToOnnx().ParameterCount.ToString("N0", invariant));
        Add("Input", Describe(classifier.Preprocessing));
        if (classifier.Training is { } training)
        {
            Add("Scenario", training.Scenario);
            Add("Head", training.Head);
            Add("Seed", training.Seed.ToString(invariant));
            Add("Training images", string.Create(invariant, $"{training.TrainingImages}, accuracy {100 * training.TrainingAccuracy:F1}%"));
            if (training.ValidationAccuracy is { } accuracy)
                Add("Validation images", string.Create(invariant, $"{training.ValidationImages}, accuracy {100 * accuracy:F1}%"));
            Add("Temperature", training.Temperature?.ToString("F3", invariant));
            Add("Training options", training.Options.Count == 0 ? null : string.Join("; ", training.Options.Select(option => $"{option.Key}: {option.Value}")));
            Add("SHA-256 of the training data", training.DataHash);
            Add("Trained", training.Trained is { } time ? Time(time) : null);
            Add("Trained with", training.Versions);
            Add("Training time", string.Create(invariant, $"{training.Seconds:F1} s"));
        }
        else
        {
            Add("Scenario", "pretrained network as it is");
        }

        if (classifier.Quantization is { } quantization)
        {
            Add("Quantized", quantization.Method);
            Add("Quantized convolutions", string.Create(invariant, $"{quantization.Convolutions}, in floats {quantization.FloatConvolutions}"));
            Add("Calibration images", quantization.CalibrationImages.ToString(invariant));
            Add(
                "Accuracy by quantization",
                string.Create(invariant, $"{100 * quantization.AccuracyBefore:F1}% to {100 * quantization.AccuracyAfter:F1}% of {quantization.ValidationImages} images, the same class for {100 * quantization.Agreement:F1}%"));
            Add("Size by quantization", string.Create(invariant, $"{quantization.BytesBefore / 1e6:F1} MB to {quantization.BytesAfter / 1e6:F1} MB"));
            Add("Quantized with", quantization.Versions);
        }

        Add("SHA-256 of the model", Convert.ToHexStringLower(SHA256.HashData(classifier.ToOnnx().ToBytes())));
        Add("SHA-256 of the evaluated data", dataHash);
        Add("Versions", SoftwareVersions.Current);
        Add("Platform", RuntimeInformation.RuntimeIdentifier);
        Add("Report made", Time(created));
        return card;

        void Add(string name, string? value)
        {
            if (value is not null)
                card.Add(new ReportEntry(name, value));
        }
    }

    private static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Describe(ImagePreprocessing input)
    {
        string resize = input.Resize switch
        {
            ImageResizeMode.Squash => "both sides scaled",
            ImageResizeMode.Pad => "whole image, padded",
            _ => string.Create(CultureInfo.InvariantCulture, $"shorter side to {input.ResizeTo ?? Math.Max(input.Width, input.Height)}, centre crop"),
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{input.Width} × {input.Height} {input.ChannelOrder.ToString().ToUpperInvariant()}, {resize}, {input.Interpolation.ToString().ToLowerInvariant()}; mean {Text(input.Mean)}, standard deviation {Text(input.StandardDeviation)}");
    }

    private static string Text(PerChannel value) => FormattableString.Invariant($"({value.First:0.###}, {value.Second:0.###}, {value.Third:0.###})");
}
