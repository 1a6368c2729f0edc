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
        var ofClass = new List<int>[classes];
        for (int c = 0; c < classes; c++)
            ofClass[c] = [];
        for (int i = 0; i < labels.Length; i++)
            ofClass[labels[i]].Add(i);

        double share = (double)most / labels.Length;
        var random = new Random(seed);
        var chosen = new List<int>(most);
        foreach (var images in ofClass)
        {
            int[] shuffled = [.. images];
            random.Shuffle(shuffled);
            chosen.AddRange(shuffled.Take(Math.Max(Fewest, (int)Math.Round(share * shuffled.Length, MidpointRounding.AwayFromZero))));
        }

        return [.. chosen.Order()];
    }
}
