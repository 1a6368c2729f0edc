using System.CommandLine;
using System.CommandLine.Parsing;

namespace TransferLearning.Cli;

/// <summary>Options that mean the same in every command that has them.</summary>
internal static class SharedOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object on stdout and nothing else there." };

    public static Option<string> BackboneName() => new("--backbone")
    {
        Description = "The pretrained network: a name of the catalog (see 'backbones list') or an ONNX file.",
        DefaultValueFactory = _ => Backbones.TinyResNet.Name,
        HelpName = "NAME|FILE.onnx",
    };

    public static Option<string?> Preprocessing() => new("--preprocessing")
    {
        Description = "How pictures become input, for an ONNX file that does not say so itself: imagenet, tf, caffe, or a JSON file.",
        HelpName = "imagenet|tf|caffe|FILE.json",
    };

    public static Option<string?> FeatureCacheFolder() => new("--feature-cache") { Description = "A folder that keeps features for further runs.", HelpName = "FOLDER" };

    /// <summary>Refuses arguments that look like misspelt options, which would otherwise be taken for files.</summary>
    public static Argument<T> RefuseOptionLike<T>(this Argument<T> argument)
    {
        argument.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal)) is { } option)
                result.AddError(UsageError.UnknownOption(option.Value, ((CommandResult)result.Parent!).Command));
        });
        return argument;
    }

    /// <summary>The backbone that the text names: a file, or an entry of the catalog.</summary>
    public static Backbone ReadBackbone(string text, string? preprocessing)
    {
        bool isFile = text.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) || text.AsSpan().ContainsAny('/', '\\') || File.Exists(text);
        if (!isFile)
            return Backbones.Find(text);
        return preprocessing is null ? Backbone.FromFile(text) : Backbone.FromFile(text, preprocessing);
    }

    /// <summary>The classifier that the text names: one that train has written, or a pretrained network as it is.</summary>
    public static Task<ImageClassifier> ReadClassifierAsync(string text, string? preprocessing, CancellationToken cancellationToken)
    {
        var scenario = TransferLearner.From(ReadBackbone(text, preprocessing)).Classifier();
        return ProgressDisplay.RunTrainingAsync(progress => scenario.CreateAsync(progress, cancellationToken));
    }
}
