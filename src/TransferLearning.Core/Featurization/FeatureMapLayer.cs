namespace TransferLearning;

/// <summary>A layer whose feature maps were drawn.</summary>
public sealed record FeatureMapLayer
{
    /// <summary>The name of the layer, or of the tensor that was asked for.</summary>
    public required string Name { get; init; }

    /// <summary>The share of the layers with weights that come up to it, 0 to 1.</summary>
    public required double Depth { get; init; }

    /// <summary>The number of maps of the layer.</summary>
    public required int Maps { get; init; }

    /// <summary>The height of a map.</summary>
    public required int Height { get; init; }

    /// <summary>The width of a map.</summary>
    public required int Width { get; init; }

    /// <summary>The numbers of the maps that were drawn, from 0, the one that responds most to the image first.</summary>
    public required IReadOnlyList<int> Drawn { get; init; }
}
