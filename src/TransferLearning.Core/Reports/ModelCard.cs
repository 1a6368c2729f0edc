using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>The model card of a classifier and its evaluation.</summary>
internal static class ModelCard
{
    /// <summary>The lines of the card.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="metadata">The metadata of its file.</param>
    /// <param name="dataHash">The hash of the images that it was evaluated on.</param>
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
            Add("Scenario", training.Scenario.ToName());
            Add("Head", training.Head);
            Add("Seed", training.Seed.ToString(invariant));
            Add("Training images", string.Create(invariant, $"{training.TrainingImages}, accuracy {100 * training.TrainingAccuracy:F1}%"));
            if (training.ValidationAccuracy is { } accuracy)
                Add("Validation images", string.Create(invariant, $"{training.ValidationImages}, accuracy {100 * accuracy:F1}%"));
            Add("Temperature", training.Temperature?.ToString("F3", invariant));
            string options = OptionWording.Of(training.Options);
            Add("Training options", options.Length == 0 ? null : options);
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
            var q = quantization;
            Add("Quantized convolutions", string.Create(invariant, $"{q.Convolutions}; {q.FloatConvolutions} in floats"));
            Add("Calibration images", q.CalibrationImages.ToString(invariant));
            string images = string.Create(invariant, $"{q.ValidationImages} images, same class for {100 * q.Agreement:F1}%");
            Add(
                "Accuracy before and after",
                string.Create(invariant, $"{100 * q.AccuracyBefore:F1}% and {100 * q.AccuracyAfter:F1}% on {images}"));
            Add("Size before and after", string.Create(invariant, $"{q.BytesBefore / 1e6:F1} MB and {q.BytesAfter / 1e6:F1} MB"));
            Add("Quantized with", quantization.Versions);
        }

        Add("SHA-256 of the model", classifier.ToOnnx().Sha256());
        Add("SHA-256 of the evaluated data", dataHash);
        Add("Versions", SoftwareVersions.Current);
        Add("Platform", RuntimeInformation.RuntimeIdentifier);
        Add("Report created", Time(created));
        return card;

        void Add(string name, string? value)
        {
            if (value is not null)
                card.Add(new ReportEntry(name, value));
        }
    }

    private static string Time(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Describe(ImagePreprocessing input)
    {
        string resize = input.Resize switch
        {
            ImageResizeMode.Squash => "both sides scaled",
            ImageResizeMode.Pad => "whole image, padded",
            _ => FormattableString.Invariant($"shorter side to {input.ResizeTo ?? Math.Max(input.Width, input.Height)}, centre crop"),
        };
        string size = FormattableString.Invariant($"{input.Width} × {input.Height} {input.ChannelOrder.ToString().ToUpperInvariant()}");
        return $"{size}, {resize}, {input.Interpolation.ToString().ToLowerInvariant()}; mean {Text(input.Mean)}, standard deviation " +
            Text(input.StandardDeviation);
    }

    private static string Text(Vector3 value) =>
        FormattableString.Invariant($"({value.X:0.###}, {value.Y:0.###}, {value.Z:0.###})");
}
