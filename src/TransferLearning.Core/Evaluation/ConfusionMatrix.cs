using System.Globalization;

namespace TransferLearning;

/// <summary>How often images of one class were given another.</summary>
/// <param name="Actual">The class of the images.</param>
/// <param name="Predicted">The class that they were given.</param>
/// <param name="Count">The number of such images.</param>
public sealed record Confusion(string Actual, string Predicted, int Count);

/// <summary>Counts of images by the class that they are of and the class that they were given.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed class ConfusionMatrix
{
    private readonly int[] _counts;

    internal ConfusionMatrix(IReadOnlyList<string> classes, int[] counts)
    {
        Classes = classes;
        _counts = counts;
    }

    /// <summary>The names of the classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The number of images of class <paramref name="actual"/> that were given class <paramref name="predicted"/>.</summary>
    /// <param name="actual">The index of the class that the images are of.</param>
    /// <param name="predicted">The index of the class that they were given.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is not one of <see cref="Classes"/>.</exception>
    public int this[int actual, int predicted] => _counts[(Checked(actual, nameof(actual)) * Classes.Count) + Checked(predicted, nameof(predicted))];

    /// <summary>The number of images of a class.</summary>
    /// <param name="actual">The index of the class.</param>
    public int ActualCount(int actual) => Enumerable.Range(0, Classes.Count).Sum(predicted => this[actual, predicted]);

    /// <summary>The number of images that were given a class.</summary>
    /// <param name="predicted">The index of the class.</param>
    public int PredictedCount(int predicted) => Enumerable.Range(0, Classes.Count).Sum(actual => this[actual, predicted]);

    /// <summary>The most frequent mistakes, most frequent first; equally frequent ones in the order of the classes.</summary>
    /// <param name="count">The most mistakes to list, 0 or more.</param>
    public IReadOnlyList<Confusion> MostFrequentMistakes(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int classes = Classes.Count;
        return
        [
            .. Enumerable.Range(0, _counts.Length)
                .Where(cell => _counts[cell] > 0 && cell / classes != cell % classes)
                .OrderByDescending(cell => _counts[cell])
                .Take(count)
                .Select(cell => new Confusion(Classes[cell / classes], Classes[cell % classes], _counts[cell])),
        ];
    }

    /// <summary>The matrix as an aligned table: a row for each class that images are of, a column for each class that they were given.</summary>
    public override string ToString()
    {
        var table = new TextTable();
        table.Add(["actual \\ predicted", .. Classes.Select(TextTable.Name)]);
        for (int actual = 0; actual < Classes.Count; actual++)
        {
            int row = actual;
            table.Add(
            [
                TextTable.Name(Classes[actual]),
                .. Enumerable.Range(0, Classes.Count).Select(predicted => this[row, predicted].ToString(CultureInfo.InvariantCulture)),
            ]);
        }

        return table.ToString();
    }

    private int Checked(int index, string name) => (uint)index < (uint)Classes.Count
        ? index
        : throw new ArgumentOutOfRangeException(name, index, $"There are the classes 0 to {Classes.Count - 1}.");
}
