namespace TransferLearning;

/// <summary>What is seen where a change of form leaves a part of the image without pixels; the words of Keras' <c>fill_mode</c> in brackets.</summary>
public enum AugmentationFill
{
    /// <summary>The pixels at the edge go on (<c>nearest</c>).</summary>
    Edge,

    /// <summary>The image goes on mirrored (<c>reflect</c>).</summary>
    Reflect,

    /// <summary>The image begins again (<c>wrap</c>).</summary>
    Wrap,

    /// <summary>The mean colour of the preprocessing, which the network sees as zero (<c>constant</c>).</summary>
    Mean,
}
