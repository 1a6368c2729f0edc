namespace TransferLearning.Cli.Shards;

/// <summary>The names of the columns that all parts have.</summary>
internal static class PartColumns
{
    /// <summary>The path or name of an image.</summary>
    public const string Path = "path";

    /// <summary>The ETag of an image that was downloaded.</summary>
    public const string ETag = "etag";

    /// <summary>Why an image has no result.</summary>
    public const string Error = "error";
}
