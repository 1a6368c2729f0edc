namespace TransferLearning;

/// <summary>
/// The catalog of pretrained networks. Each entry carries its preprocessing, its licence, its published accuracy and, where it has to be
/// fetched, its size, its SHA-256 and its addresses.
/// </summary>
/// <remarks>
/// Nothing is fetched until <see cref="Backbone.LoadAsync"/> is called. <see cref="TinyResNet"/> is part of the package and needs no
/// download at all. Safe for use from many threads.
/// </remarks>
public static partial class Backbones
{
    private static readonly Lazy<Backbone> Embedded = new(EmbeddedWeights.Describe);

    /// <summary>
    /// The embedded default: a small residual network of 1.4 million parameters for pictures of 96 × 96 pixels, trained from scratch on
    /// Tiny-ImageNet-200. It needs no download and little time; its features are weaker than those of the larger networks.
    /// </summary>
    public static Backbone TinyResNet => Embedded.Value;
}
