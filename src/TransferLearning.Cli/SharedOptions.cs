using System.CommandLine;

namespace TransferLearning.Cli;

/// <summary>Options that mean the same in every command that has them.</summary>
internal static class SharedOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object on stdout and nothing else there." };

    public static Option<string?> Preprocessing() => new("--preprocessing")
    {
        Description = "How pictures become input, for an ONNX file that does not say so itself: imagenet, tf, caffe, or a JSON file.",
        HelpName = "imagenet|tf|caffe|FILE.json",
    };

    /// <summary>Refuses arguments that look like misspelt options, which would otherwise be taken for files.</summary>
    public static Argument<T> RefuseOptionLike<T>(this Argument<T> argument)
    {
        argument.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (token.Value.StartsWith("--", StringComparison.Ordinal))
                    result.AddError($"Unknown option '{token.Value}'.");
            }
        });
        return argument;
    }

    /// <summary>The backbone that the text names: a file, or an entry of the catalog.</summary>
    public static Backbone ReadBackbone(string text, string? preprocessing) =>
        text.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) || File.Exists(text)
            ? preprocessing is null ? Backbone.FromFile(text) : Backbone.FromFile(text, preprocessing)
            : Backbones.Find(text);
}
