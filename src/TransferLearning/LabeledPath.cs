namespace TransferLearning.MLNet;

/// <summary>A row of <see cref="TransferLearningCatalog.LoadImageFolder"/>.</summary>
internal sealed class LabeledPath
{
    /// <summary>The path of the image.</summary>
    public string ImagePath { get; set; } = string.Empty;

    /// <summary>The name of its class.</summary>
    public string Label { get; set; } = string.Empty;
}
