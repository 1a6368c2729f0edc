using System.CommandLine;
using System.CommandLine.Parsing;
using TransferLearning.Onnx;

namespace TransferLearning.Cli;

/// <summary>Arguments and options that mean the same in every command that has them.</summary>
internal static class SharedOptions
{
    public const string DatasetName = "folder";

    private const string FeatureCacheName = "--feature-cache";

    private const string ModelFirst = "give an ONNX file or a name of the catalog ('backbones list'). The model comes before the images.";

    public static Argument<string> Dataset(string start = "A folder") => new Argument<string>(DatasetName)
    {
        Description = $"{start} with one subfolder for each class, or with train, valid and test.",
    }.RefuseOptionLike();

    public static Argument<string> Model() => new Argument<string>("model")
    {
        Description = "A classifier written by 'train', an ONNX backbone, or the name of a backbone of the catalog.",
    }.RefuseOptionLike();

    public static Option<string> Output(string description, string otherwise) => new("--output", "-o")
    {
        Description = description,
        DefaultValueFactory = _ => otherwise,
        HelpName = "FILE",
    };

    public static Option<bool> SkipUndecodable() => new(OptionWords.SkipUndecodable)
    {
        Description = "Skip images that cannot be decoded, instead of stopping.",
    };

    public static UndecodableImages Undecodable(this ParseResult parsed, Option<bool> skip) =>
        parsed.GetValue(skip) ? UndecodableImages.Skip : UndecodableImages.Throw;

    /// <summary>Whether an option stands on the command line.</summary>
    public static bool IsGiven(this SymbolResult command, Option option) => command.GetResult(option) is { Implicit: false };

    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON on stdout, and nothing else." };

    /// <param name="more">What the option takes besides.</param>
    public static Option<string> BackboneName(string more = ".") => new("--backbone")
    {
        Description = $"The pretrained network: a name of the catalog (see 'backbones list') or an ONNX file{more}",
        DefaultValueFactory = _ => Backbones.Default.Name,
        HelpName = "NAME|FILE.onnx",
    };

    public static Option<string?> Preprocessing() => new("--preprocessing")
    {
        Description = "The preprocessing of images, for an ONNX file without that information: imagenet, tf, caffe, or a JSON file.",
        HelpName = "imagenet|tf|caffe|FILE.json",
    };

    /// <summary>How images that are not square are brought to the input size.</summary>
    public static Option<string?> Resize() => ChoiceOption.Optional(
        "--resize",
        "How images that are not square are used: the centre (crop), distorted (squash), or whole with a border (pad); stored in the " +
        "model. Without this option as the network was trained, mostly crop.",
        "crop",
        "squash",
        "pad");

    public static Option<string?> FeatureCacheFolder() => new(FeatureCacheName)
    {
        Description = "A folder that keeps features for later runs.",
        HelpName = "FOLDER",
    };

    /// <summary>Rejects arguments that look like misspelt options, which would otherwise be taken for files.</summary>
    public static Argument<T> RefuseOptionLike<T>(this Argument<T> argument)
    {
        argument.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal)) is { } option)
                result.AddError(UsageError.UnknownOption(option.Value, ((CommandResult)result.Parent!).Command));
        });
        return argument;
    }

    /// <summary>Whether the text names a file, and not an entry of the catalog.</summary>
    /// <exception cref="ArgumentException">It names a folder, or an image.</exception>
    public static bool IsFile(string text)
    {
        if (Directory.Exists(text) && !Backbones.TryFind(text, out _))
            throw new ArgumentException($"'{text}' is a folder, not a model; {ModelFirst}");
        if (ImageFiles.Extensions.Contains(Path.GetExtension(text), StringComparer.OrdinalIgnoreCase))
            throw new ArgumentException($"'{text}' is an image, not a model; {ModelFirst}");
        return text.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) || text.AsSpan().ContainsAny('/', '\\') || File.Exists(text);
    }

    /// <summary>The backbone that the text names: a file, or an entry of the catalog.</summary>
    /// <param name="text">The file or entry.</param>
    /// <param name="preprocessing">The preprocessing of a file; null for its own.</param>
    /// <param name="resize">The value of <see cref="Resize"/>.</param>
    public static Backbone ReadBackbone(string text, string? preprocessing, string? resize) =>
        WithResize(ReadBackbone(text, preprocessing), resize);

    /// <summary>The backbone with the value of <c>--resize</c>; null keeps its own.</summary>
    public static Backbone WithResize(Backbone backbone, string? resize)
    {
        return resize switch
        {
            null => backbone,
            "squash" => With(ImageResizeMode.Squash),
            "pad" => With(ImageResizeMode.Pad),
            _ => With(ImageResizeMode.ShortestSide),
        };

        Backbone With(ImageResizeMode mode) => backbone with { Preprocessing = backbone.Preprocessing.WithResize(mode) };
    }

    /// <summary>The backbone that the text names: a file, or an entry of the catalog.</summary>
    public static Backbone ReadBackbone(string text, string? preprocessing)
    {
        if (IsFile(text))
            return preprocessing is null ? Backbone.FromFile(text) : Backbone.FromFile(text, preprocessing);
        var backbone = Backbones.Find(text);
        return preprocessing is null
            ? backbone
            : throw new ArgumentException($"--preprocessing is for an ONNX file; {backbone.Name} of the catalog has its own. Omit it.");
    }

    /// <summary>The network that the text names, without its metadata: a file, or an entry of the catalog.</summary>
    public static Task<OnnxModel> ReadNetworkAsync(string text, CancellationToken cancellationToken) => IsFile(text)
        ? Task.FromResult(OnnxModel.Load(text).WithSinglePrecision().WithFreeBatch())
        : ProgressDisplay.RunAsync(progress => Backbones.Find(text).LoadAsync(null, progress, cancellationToken));

    /// <summary>The feature cache in the given folder; null without a folder.</summary>
    public static FeatureCache? OpenFeatureCache(string? folder) =>
        folder is null ? null : new FeatureCache(OutputFile.CreateFolder(folder, FeatureCacheName));

    /// <summary>The classifier that the text names: one written by 'train', or a pretrained network as it is.</summary>
    public static Task<ImageClassifier> ReadClassifierAsync(string text, string? preprocessing, CancellationToken cancellationToken)
    {
        var scenario = TransferLearner.From(ReadBackbone(text, preprocessing)).Classifier();
        return ProgressDisplay.RunAsync(progress => scenario.CreateAsync(progress, cancellationToken));
    }
}
