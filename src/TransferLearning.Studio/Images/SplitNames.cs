namespace TransferLearning.Studio;

/// <summary>What the splits are called on the page.</summary>
public static class SplitNames
{
    public static IReadOnlyList<Split> All { get; } = Enum.GetValues<Split>();

    public static string Of(Split split) => split switch
    {
        Split.Train => "Train",
        Split.Validation => "Validation",
        _ => "Test",
    };

    /// <summary>The letter on a tile, which is also the key that moves images there.</summary>
    public static string Letter(Split split) => split switch
    {
        Split.Train => "T",
        Split.Validation => "V",
        _ => "S",
    };
}
