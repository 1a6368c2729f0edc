namespace TransferLearning;

/// <summary>Which images stay together when a dataset is split. The boxes of one image stay together in any case.</summary>
public enum DuplicateGrouping
{
    /// <summary>None: every image is on its own.</summary>
    None,

    /// <summary>Files of equal content.</summary>
    SameContent,

    /// <summary>Files of equal content, and the same image saved anew; every image is decoded for that.</summary>
    SameImage,
}
