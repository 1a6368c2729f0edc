namespace TransferLearning;

/// <summary>What <see cref="FeatureMaps"/> draws.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record FeatureMapOptions : ICheckedOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static FeatureMapOptions Default { get; } = new();

    /// <summary>
    /// The layers, by the names of <see cref="Onnx.OnnxModel.Layers"/> or of tensors. Null: five, from the first layers, which see edges
    /// and colours, to the last ones, which see parts of objects.
    /// </summary>
    public IReadOnlyList<string>? Layers { get; init; }

    /// <summary>The maximum number of maps for each layer, 1 to 4096; those that vary most. <value>The default is 16.</value></summary>
    public int MapsPerLayer { get; init; } = 16;

    /// <summary>The number of maps beside each other, 1 to 64. <value>The default is 8.</value></summary>
    public int Columns { get; init; } = 8;

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(Layers is null or { Count: > 0 }, "empty", "null or one layer or more", nameof(Layers));
        errors.Require(MapsPerLayer is >= 1 and <= 4096, MapsPerLayer, "1 to 4096");
        errors.Require(Columns is >= 1 and <= 64, Columns, "1 to 64");
    }
}
