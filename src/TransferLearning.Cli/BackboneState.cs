namespace TransferLearning.Cli;

/// <summary>Where the weights of a backbone of the catalog are on this machine, in one word.</summary>
internal static class BackboneState
{
    public const string Missing = "missing";
    public const string Damaged = "damaged";
    public const string Ready = "ready";

    /// <summary>The state by presence and size; the content is not read.</summary>
    public static string Of(Backbone backbone)
    {
        if (!Backbones.AtHand().Contains(backbone))
            return Missing;
        return backbone.Weights is not null ? "cached" : Brought(backbone);
    }

    /// <summary>The state of a backbone without a file in the cache.</summary>
    public static string Brought(Backbone backbone) => backbone != Backbones.ResNet18Packaged ? "embedded"
        : Backbones.AtHand().Contains(backbone) ? "packaged"
        : Missing;

    /// <summary>The state of a file whose content was read.</summary>
    public static string Of(CachedWeights state) => state switch
    {
        CachedWeights.Ready => Ready,
        CachedWeights.Damaged => Damaged,
        _ => Missing,
    };
}
