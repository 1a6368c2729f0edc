namespace TransferLearning;

/// <summary>Chooses a part of the images in which every class keeps its share.</summary>
internal static class StratifiedSubset
{
    /// <summary>Below two images of a class none can be held out while another is learned from.</summary>
    private const int Fewest = 2;

    /// <summary>Chooses images.</summary>
    /// <param name="labels">The class of each image.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="most">The number to choose, about; all are chosen where there are no more than that.</param>
    /// <param name="seed">Decides which.</param>
    /// <returns>The positions of the chosen images, ascending.</returns>
    public static int[] Choose(ReadOnlySpan<int> labels, int classes, int most, int seed)
    {
        if (labels.Length <= most)
            return [.. Enumerable.Range(0, labels.Length)];
        double share = (double)most / labels.Length;
        var chosen = Strata.Shuffle(labels, classes, seed)
            .SelectMany(rows => rows.Take(Math.Max(Fewest, (int)Math.Round(share * rows.Count, MidpointRounding.AwayFromZero))));
        return [.. chosen.Order()];
    }
}
