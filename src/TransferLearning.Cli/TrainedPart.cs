using System.Globalization;
using TransferLearning.Onnx;

namespace TransferLearning.Cli;

/// <summary>What was trained in the file of a classifier, and what stayed as it was.</summary>
/// <param name="Freeze">The freeze point of its training.</param>
/// <param name="Text">The same in one sentence.</param>
internal sealed record TrainedPart(FreezePoint Freeze, string Text)
{
    /// <summary>Reads it from the file of a classifier; null for any other network.</summary>
    /// <param name="model">What the command line names.</param>
    /// <param name="network">The network that was read from it.</param>
    public static TrainedPart? Of(string model, OnnxModel network)
    {
        if (!SharedOptions.IsFile(model) || !network.Metadata.ContainsKey("transferlearning.training"))
            return null;
        using var classifier = ImageClassifier.Load(model);
        if (classifier.Training is not { } training)
            return null;
        string of = $"{ScenarioOptions.NameOf(training.Scenario)} on {Words.Count(training.TrainingImages, "image")}";
        return training.Scenario switch
        {
            TransferScenario.FeatureExtraction => new TrainedPart(
                FreezePoint.All, $"Trained by {of}: the head; all layers of the backbone {training.Backbone} are frozen."),
            TransferScenario.FineTuning when Read(training.Options.GetValueOrDefault("Freeze")) is { } freeze => new TrainedPart(
                freeze, $"Trained by {of}: the head and the layers of {training.Backbone} behind the freeze point ({freeze})."),
            _ => new TrainedPart(FreezePoint.None, $"Trained by {of}: all layers."),
        };
    }

    /// <summary>A freeze point from its text; null if it cannot be read.</summary>
    private static FreezePoint? Read(string? text)
    {
        string[] words = text?.Split(' ') ?? [];
        return words switch
        {
            ["none"] => FreezePoint.None,
            ["all"] => FreezePoint.All,
            ["from", ..] => FreezePoint.From(text!["from ".Length..]),
            ["last", var count, "layers"] => FreezePoint.LastLayers(int.Parse(count, CultureInfo.InvariantCulture)),
            [var percent, "%"] => FreezePoint.Fraction(double.Parse(percent, CultureInfo.InvariantCulture) / 100),
            _ => null,
        };
    }
}
