namespace TransferLearning;

/// <summary>How the last features of a network become one vector for each image.</summary>
/// <remarks>
/// Features are maps <c>[N, C, H, W]</c>, or the tokens <c>[N, T, D]</c> of a transformer. Where a network makes a vector of them in a
/// way that cannot be replaced, for instance by a hidden dense layer, the vector is taken as it is.
/// </remarks>
public enum FeaturePooling
{
    /// <summary>
    /// The mean of each map: <c>[N, C]</c>. Of tokens what the network's own classifier reads, the first token or the mean; without a
    /// classifier the first token where the network puts a class token before the patches, otherwise the mean: <c>[N, D]</c>.
    /// </summary>
    Auto,

    /// <summary>The mean of each map, <c>[N, C]</c>, or of all tokens, <c>[N, D]</c>.</summary>
    Average,

    /// <summary>The greatest value of each map, <c>[N, C]</c>, or of each number over all tokens, <c>[N, D]</c>.</summary>
    Max,

    /// <summary>All values: <c>[N, C·H·W]</c>, map after map; of tokens without a classifier <c>[N, T·D]</c>.</summary>
    Flatten,

    /// <summary>The first token, <c>[N, D]</c>; of maps their mean.</summary>
    FirstToken,
}
