namespace TransferLearning;

/// <summary>Which pictures stay together when a dataset is split. The boxes of one photo stay together in any case.</summary>
public enum DuplicateGrouping
{
    /// <summary>None: every picture is on its own.</summary>
    None,

    /// <summary>Files of equal content.</summary>
    SameContent,

    /// <summary>Files of equal content, and the same picture saved anew; every picture is decoded for that.</summary>
    SamePicture,
}
