namespace TransferLearning.Cli;

/// <summary>Where the weights of a backbone of the catalog are on this machine, in one word.</summary>
internal static class BackboneState
{
    public const string Missing = "missing";
    public const string Damaged = "damaged";
    public const string Ready = "ready";

    /// <summary>The state by presence and size; the content is not read.</summary>
    /// <param name="backbone">The backbone.</param>
    /// <param name="atHand">What <see cref="Backbones.AtHand"/> has found.</param>
    public static string Of(Backbone backbone, IReadOnlyCollection<Backbone> atHand)
    {
        if (!atHand.Contains(backbone))
            return Missing;
        return backbone.Weights is not null ? "cached"
            : backbone == Backbones.ResNet18Packaged ? "packaged"
            : "embedded";
    }

    /// <summary>The state of a file whose content was read.</summary>
    public static string Of(CachedWeights state) => state switch
    {
        CachedWeights.Ready => Ready,
        CachedWeights.Damaged => Damaged,
        _ => Missing,
    };
}
