namespace TransferLearning.Cli;

/// <summary>Members of the library in messages, in the words of the command line.</summary>
internal static class OptionWords
{
    private static readonly (string Member, string Option)[] Words =
    [
        ("accept what can be decoded with ImageDecodeOptions.AllowPartial", Skip),
        ("raise ImageDecodeOptions.MaxPixels", $"raise {MaxMegapixels}"),
        ("raise ImageDecodeOptions.MaxFileBytes", Skip),
        (", or raise ImageDownloadOptions.MaxBytes", ""),
        ("ImageDownloadOptions.MaxFailuresInARow", MaxFailures),
        (", or split with ImageFolderOptions.FindReencoded, which keeps them together", ""),
        (", or set ValidationFraction to 0", ""),
        (", or set TestFraction to 0", ", or omit --test"),
        ("ImageFolderOptions is not valid: ValidationFraction + TestFraction is", "--test and the images for validation together are"),
        ("set LabelColumn", "name the column with --columns label=…"),
        ("Set PathColumn to one of them", "Name one with --columns path=…"),
        ("Set LabelColumn to one of them", "Name one with --columns label=…"),
        ("Set SplitColumn to one of them", "Name one with --columns split=…"),
        ("Set GroupColumn to one of them", "Name one with --columns group=…"),
        ("Set ImageFolderOptions.GroupPattern to", "Use --group"),
        ("set ImageFolderOptions.ClassNamesFile to", "use --class-names"),
        ("Set ImageFolderOptions.FollowLinks to", "Use --follow-links to"),
        ("train with balanced class weights", "train with --class-weights balanced"),
        ("TrainingOptions.ResumeChanges allows other values of Epochs, LearningRate, EarlyStopping and Schedule",
            "Give --epochs, --learning-rate and --early-stopping as before, or other values for them"),
        ("Delete the file to start afresh, or use another checkpoint folder", "Start afresh with --restart"),
        ("with ImagePreprocessing.WithResize: Pad or Squash", "with --resize pad or --resize squash"),
    ];

    /// <summary>The option for the number of failed downloads in a row.</summary>
    public const string MaxFailures = "--max-failures";

    /// <summary>The option that leaves images out that cannot be decoded.</summary>
    public const string SkipUndecodable = "--skip-undecodable";

    /// <summary>The option to try the failed images of a finished part again.</summary>
    public const string RetryFailed = "--retry-failed";

    /// <summary>The option for images that are too large.</summary>
    public const string MaxMegapixels = "--max-megapixels";

    private const string Skip = $"leave it out with {SkipUndecodable}";

    /// <summary>The message for a command without the option that leaves images out.</summary>
    public static string WithoutSkip(string message) => Of(message).Replace($", or {Skip}", "", StringComparison.Ordinal);

    /// <summary>The message of an image that was left out because of the option that it names otherwise.</summary>
    public static string LeftOut(string message)
    {
        string said = Of(message).TrimEnd('.').Replace($"replace it, or {Skip}", "it is left out", StringComparison.Ordinal)
            .Replace($", or {Skip}", "; it is left out", StringComparison.Ordinal);
        return said.Contains("left out", StringComparison.Ordinal) ? $"{said}." : $"{said}; it is left out.";
    }

    /// <summary>The text with options in place of members.</summary>
    public static string Of(string text) =>
        Words.Aggregate(text, (changed, word) => changed.Replace(word.Member, word.Option, StringComparison.Ordinal));
}
