using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>The rows of each class in a random order, which stratified folds and subsets are taken from.</summary>
internal static class Strata
{
    /// <summary>The rows of each class, shuffled.</summary>
    /// <param name="labels">One class index for each row.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="seed">Decides the order.</param>
    public static List<int>[] Shuffle(ReadOnlySpan<int> labels, int classCount, int seed)
    {
        var rowsOfClass = new List<int>[classCount];
        for (int c = 0; c < classCount; c++)
            rowsOfClass[c] = [];
        for (int i = 0; i < labels.Length; i++)
            rowsOfClass[labels[i]].Add(i);
        var random = new SeededRandom(seed, RandomPurpose.Strata);
        foreach (var rows in rowsOfClass)
            random.Shuffle(CollectionsMarshal.AsSpan(rows));
        return rowsOfClass;
    }
}
