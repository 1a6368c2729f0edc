namespace TransferLearning.Onnx;

/// <summary>What ONNX Runtime 1.31 and the file format take.</summary>
internal static class ModelLimits
{
    /// <summary>One protobuf message, and so one model, stays under 2 GB.</summary>
    public const int MaxBytes = int.MaxValue;

    /// <summary>The latest version of the file format.</summary>
    public const int MaxIrVersion = 13;

    /// <summary>
    /// The version that changed models are written in: weights need not be listed as inputs any more, and every tool of today reads it.
    /// </summary>
    public const int WrittenIrVersion = 8;

    /// <summary>The earliest standard operator set with a promise of support.</summary>
    public const int MinOpset = 7;

    /// <summary>
    /// The operator set that the library's own graphs, such as training steps, are written for; models of later sets keep theirs, in which
    /// all nodes that are written here mean the same.
    /// </summary>
    public const int WrittenOpset = 21;

    /// <summary>The latest standard operator set.</summary>
    public const int MaxOpset = 26;

    /// <summary>The latest set of the classical machine learning operators (domain <c>ai.onnx.ml</c>).</summary>
    public const int MaxMachineLearningOpset = 5;

    /// <summary>Messages in messages: far more than nested graphs need, far less than a stack holds.</summary>
    public const int MaxNesting = 100;

    /// <summary>More dimensions than any operator takes.</summary>
    public const int MaxRank = 64;
}
