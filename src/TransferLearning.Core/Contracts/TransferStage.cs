namespace TransferLearning;

/// <summary>What a long piece of work is doing at the moment.</summary>
public enum TransferStage
{
    /// <summary>The weights of a backbone are fetched or read; counted in bytes.</summary>
    LoadBackbone,

    /// <summary>Files are listed and told apart; counted in files, without a total.</summary>
    ReadDataset,

    /// <summary>A dataset is checked before training; counted in images.</summary>
    CheckDataset,

    /// <summary>The frozen part of the backbone processes every image once; counted in images.</summary>
    Featurize,

    /// <summary>A new head is fitted to the features; counted in thousandths of the search.</summary>
    FitHead,

    /// <summary>Learning rates are tried; counted in steps.</summary>
    FindLearningRate,

    /// <summary>A network trains by gradient descent; counted in steps over all epochs.</summary>
    Train,

    /// <summary>The ranges of activations are measured for quantization; counted in images.</summary>
    Calibrate,

    /// <summary>A classifier predicts; counted in images.</summary>
    Predict,

    /// <summary>A classifier is evaluated on images whose classes are known; counted in images.</summary>
    Evaluate,

    /// <summary>The images of a report or a preview are drawn; counted in images.</summary>
    Draw,

    /// <summary>The files of a published dataset are downloaded; counted in bytes.</summary>
    FetchDataset,

    /// <summary>The images of a published dataset are unpacked; counted in images, without a total.</summary>
    UnpackDataset,
}
