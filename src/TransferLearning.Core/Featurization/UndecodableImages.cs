namespace TransferLearning;

/// <summary>What happens when an image cannot be read or decoded in the middle of long work.</summary>
public enum UndecodableImages
{
    /// <summary>The work stops with an <see cref="ImageDecodeException"/> for the first such image.</summary>
    Throw,

    /// <summary>The image is skipped and listed; the work continues.</summary>
    Skip,
}
