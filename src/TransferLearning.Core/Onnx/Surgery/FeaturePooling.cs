namespace TransferLearning;

/// <summary>How the last feature maps <c>[N, C, H, W]</c> of a network become one vector for each image.</summary>
public enum FeaturePooling
{
    /// <summary>The mean of each map: <c>[N, C]</c>.</summary>
    Average,

    /// <summary>The greatest value of each map: <c>[N, C]</c>.</summary>
    Max,

    /// <summary>All values, map after map: <c>[N, C·H·W]</c>.</summary>
    Flatten,
}
