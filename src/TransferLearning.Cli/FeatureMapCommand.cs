using System.CommandLine;
using System.Globalization;

namespace TransferLearning.Cli;

/// <summary><c>explain --layer NAME</c> and <c>--layers</c>: what the layers of a network see in an image.</summary>
internal sealed class FeatureMapCommand
{
    public const string DefaultOutput = "feature-maps.svg";

    private readonly Option<string[]> _layer = new("--layer")
    {
        Description = "Draw the feature maps of this layer (a name of 'summary', or a tensor); may be given several times.",
        HelpName = "NAME",
    };

    private readonly Option<bool> _layers = new("--layers")
    {
        Description = "Draw feature maps of five layers, from edges to parts of objects.",
    };

    private readonly Option<int?> _maps = NumberOption.OptionalWhole(
        "--maps", $"The maximum number of feature maps for each layer (default: {FeatureMapOptions.Default.MapsPerLayer}).", 1, 4096);

    public void AddTo(Command command, Option label)
    {
        command.Add(_layer);
        command.Add(_layers);
        command.Add(_maps);
        command.Validators.Add(result =>
        {
            bool draws = result.GetValue(_layers) || result.GetValue(_layer) is { Length: > 0 };
            if (result.GetValue(_layers) && result.GetValue(_layer) is { Length: > 0 })
                result.AddError("Give --layers for five layers, or --layer with names, not both.");
            if (draws && result.IsGiven(label))
                result.AddError($"{label.Name} is for a heat map; feature maps are those of all classes.");
            if (!draws && result.IsGiven(_maps))
                result.AddError("--maps needs --layer or --layers.");
        });
    }

    /// <summary>Whether feature maps are asked for, and not a heat map.</summary>
    public bool IsAsked(ParseResult parsed) => parsed.GetValue(_layers) || parsed.GetValue(_layer) is { Length: > 0 };

    public async Task<int> RunAsync(
        ParseResult parsed,
        string model,
        string image,
        string output,
        string? preprocessing,
        bool json,
        CancellationToken cancellationToken)
    {
        OutputFile.RequireEnding(output, "-o", ".svg");
        OutputFile.RequireWritable(output, "-o");
        ExplainCommand.RequireImage(image);
        var backbone = SharedOptions.ReadBackbone(model, preprocessing);
        var options = new FeatureMapOptions
        {
            Layers = parsed.GetValue(_layers) ? null : parsed.GetValue(_layer),
            MapsPerLayer = parsed.GetValue(_maps) ?? FeatureMapOptions.Default.MapsPerLayer,
        };
        var drawn = await ProgressDisplay.RunAsync(async progress =>
        {
            var network = await backbone.LoadAsync(null, progress, cancellationToken).ConfigureAwait(false);
            return await FeatureMaps.WriteAsync(output, image, network, backbone.Preprocessing, options, progress, cancellationToken)
                .ConfigureAwait(false);
        }).ConfigureAwait(false);
        if (json)
        {
            JsonOutput.Print(new JsonOutput.ExplainLayers(
                output, [.. drawn.Select(
                    layer => new JsonOutput.DrawnLayer(layer.Name, layer.Maps, layer.Height, layer.Width, layer.Drawn))]));
            return ExitCode.Success;
        }

        foreach (var layer in drawn)
        {
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{layer.Name}: {layer.Drawn.Count} of {layer.Maps} maps of {layer.Width} × {layer.Height}"));
        }

        Console.Out.WriteLine($"Saved {output}");
        return ExitCode.Success;
    }
}
