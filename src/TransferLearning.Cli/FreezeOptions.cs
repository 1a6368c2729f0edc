using System.CommandLine;
using System.CommandLine.Parsing;

namespace TransferLearning.Cli;

/// <summary>The three ways to choose the frozen part of a network, the same in every command that has them.</summary>
internal sealed class FreezeOptions
{
    private readonly Option<double?> _freeze = NumberOption.OptionalShare(
        "--freeze", "Freeze this fraction of the layers with weights, from the input: 0 trains all of them, 1 only the head.");

    private readonly Option<string?> _from = new("--unfreeze-from")
    {
        Description = "Train this layer and all later ones.",
        HelpName = "LAYER",
    };

    private readonly Option<int?> _last = NumberOption.OptionalWhole(
        "--unfreeze-last", "Train the last N layers of the backbone, as 'summary' lists them, and the head.", least: 1);

    /// <summary>Adds the options to a command, at most one of which may be given.</summary>
    public void AddTo(Command command)
    {
        command.Add(_freeze);
        command.Add(_from);
        command.Add(_last);
        command.Validators.Add(result =>
        {
            if (Given(result) > 1)
                result.AddError("Use only one of --freeze, --unfreeze-from and --unfreeze-last.");
        });
    }

    /// <summary>Whether one of the options was given.</summary>
    public bool IsGiven(CommandResult result) => Given(result) > 0;

    /// <summary>Why a network cannot be trained, and the options that avoid it.</summary>
    public static string Describe(UntrainableNodeException error)
    {
        string[] options = [.. error.FreezePoints.Select(layer => $"--unfreeze-from {layer}"), "--freeze 1 (only the head)"];
        return $"Training cannot pass through {error.Node}: {error.Reason}. Use {string.Join(" or ", options)}; summary --trainable " +
            "shows all layers.";
    }

    private int Given(CommandResult result) =>
        new Option[] { _freeze, _from, _last }.Count(result.IsGiven);

    /// <summary>The freeze point; null without any of the options.</summary>
    public FreezePoint? Read(ParseResult parsed)
    {
        if (parsed.GetValue(_freeze) is { } fraction)
            return FreezePoint.Fraction(fraction);
        if (parsed.GetValue(_from) is { } layer)
            return FreezePoint.From(layer);
        return parsed.GetValue(_last) is { } count ? FreezePoint.LastLayers(count) : null;
    }
}
