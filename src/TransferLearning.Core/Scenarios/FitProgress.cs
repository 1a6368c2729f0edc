namespace TransferLearning;

/// <summary>The stages of a training, in the order in which they come.</summary>
public enum FitStage
{
    /// <summary>The weights of the backbone are being fetched; counted in bytes.</summary>
    LoadBackbone,

    /// <summary>The frozen part of the backbone sees every image once; counted in images.</summary>
    Featurize,

    /// <summary>The new head is being fitted on the features; counted in candidates for the strength of regularisation.</summary>
    FitHead,

    /// <summary>The unfrozen part is being trained; counted in steps.</summary>
    FineTune,
}

/// <summary>How far a training has come.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Completed">How much of the stage is done.</param>
/// <param name="Total">How much there is to do in the stage; 0 where that is not known.</param>
/// <param name="Epoch">What an epoch brought, in the report that ends it; otherwise null.</param>
public sealed record FitProgress(FitStage Stage, long Completed, long Total, EpochLog? Epoch = null);
