namespace TransferLearning;

/// <summary>How pixels outside of the image are filled; the names of Keras' <c>fill_mode</c> in brackets.</summary>
public enum AugmentationFill
{
    /// <summary>The edge pixels are repeated (<c>nearest</c>).</summary>
    Edge,

    /// <summary>The image is mirrored (<c>reflect</c>).</summary>
    Reflect,

    /// <summary>The image is repeated (<c>wrap</c>).</summary>
    Wrap,

    /// <summary>The mean colour of the preprocessing, which the network sees as zero (<c>constant</c>).</summary>
    Mean,
}
