using System.CommandLine;
using System.Globalization;

namespace TransferLearning.Cli;

/// <summary><c>explain MODEL IMAGE</c>: a heat map of the parts of an image that contribute to a class.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var model = SharedOptions.Model();
        var image = new Argument<string>("image") { Description = "The image." }.RefuseOptionLike();
        var label = new Option<string?>("--label")
        {
            Description = "The class to explain, instead of the most probable one.",
            HelpName = "NAME",
        };
        var output = SharedOptions.Output(
            "The file to write: PNG or JPEG; SVG for feature maps (feature-maps.svg unless given).", "explanation.png");
        var preprocessing = SharedOptions.Preprocessing();
        var json = SharedOptions.Json();
        var layers = new FeatureMapCommand();
        var command = new Command(
            "explain", "Show which parts of an image contribute to a class, as a heat map (Grad-CAM), or what the layers see in it.")
        {
            model, image, label, output, preprocessing, json,
        };
        layers.AddTo(command, label);
        command.SetAction((parsed, cancellationToken) => layers.IsAsked(parsed)
            ? layers.RunAsync(
                parsed,
                parsed.GetRequiredValue(model),
                parsed.GetRequiredValue(image),
                parsed.CommandResult.IsGiven(output) ? parsed.GetRequiredValue(output) : FeatureMapCommand.DefaultOutput,
                parsed.GetValue(preprocessing),
                parsed.GetValue(json),
                cancellationToken)
            : RunAsync(
                parsed.GetRequiredValue(model),
                parsed.GetRequiredValue(image),
                parsed.GetValue(label),
                parsed.GetRequiredValue(output),
                parsed.GetValue(preprocessing),
                parsed.GetValue(json),
                cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string model, string image, string? label, string output, string? preprocessing, bool json, CancellationToken cancellationToken)
    {
        OutputFile.RequireEnding(output, "-o", ".png", ".jpg", ".jpeg");
        OutputFile.RequireWritable(output, "-o");
        RequireImage(image);
        using var classifier = await SharedOptions.ReadClassifierAsync(model, preprocessing, cancellationToken).ConfigureAwait(false);
        using var gradCam = new GradCam(classifier);
        var explanation = gradCam.Explain(image, label);
        explanation.SaveFigure(output);
        if (json)
            JsonOutput.Print(new JsonOutput.Explain(output, explanation.Label, explanation.Probability, explanation.Prediction.Label));
        else
        {
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Saved {output}: the heat map of the class '{explanation.Label}' ({100 * explanation.Probability:F1}%)"));
        }

        return ExitCode.Success;
    }

    /// <summary>Rejects a folder and a missing file.</summary>
    public static void RequireImage(string image)
    {
        if (!File.Exists(image))
        {
            throw new FileNotFoundException(
                Directory.Exists(image) ? $"'{image}' is a folder; explain takes one image." : $"There is no image '{image}'.");
        }
    }
}
