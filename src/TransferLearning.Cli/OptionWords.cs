namespace TransferLearning.Cli;

/// <summary>Members of the library in messages, in the words of the command line.</summary>
internal static class OptionWords
{
    private static readonly (string Member, string Option)[] Words =
    [
        ("accept what can be decoded with ImageDecodeOptions.AllowPartial", "leave it out with --skip-undecodable"),
        ("raise ImageDecodeOptions.MaxPixels", $"raise {MaxMegapixels}"),
        ("raise ImageDecodeOptions.MaxFileBytes", "leave it out with --skip-undecodable"),
        (", or raise ImageDownloadOptions.MaxBytes", ""),
        ("ImageDownloadOptions.MaxFailuresInARow", MaxFailures),
        (", or split with ImageFolderOptions.FindReencoded, which keeps them together", ""),
        ("Set ImageFolderOptions.GroupPattern to", "Use --group"),
        ("TrainingOptions.ResumeChanges allows other values of Epochs, LearningRate, EarlyStopping and Schedule",
            "Give --epochs, --learning-rate and --early-stopping as before, or other values for them"),
        ("Delete the file to start afresh, or use another checkpoint folder", "Start afresh with --restart"),
        ("with ImagePreprocessing.WithResize: Pad or Squash", "with --resize pad or --resize squash"),
    ];

    /// <summary>The option for the number of failed downloads in a row.</summary>
    public const string MaxFailures = "--max-failures";

    /// <summary>The option for images that are too large.</summary>
    public const string MaxMegapixels = "--max-megapixels";

    /// <summary>The text with options in place of members.</summary>
    public static string Of(string text) =>
        Words.Aggregate(text, (changed, word) => changed.Replace(word.Member, word.Option, StringComparison.Ordinal));
}
