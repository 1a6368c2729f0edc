using System.Globalization;

namespace TransferLearning;

/// <summary>A cell of a confusion matrix: how often images of one class are predicted as another.</summary>
public sealed record Confusion
{
    /// <summary>The class of the images.</summary>
    public required string Actual { get; init; }

    /// <summary>The predicted class.</summary>
    public required string Predicted { get; init; }

    /// <summary>The number of such images.</summary>
    public required int Count { get; init; }
}

/// <summary>Counts of images by actual and predicted class.</summary>
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

    /// <summary>The number of images of class <paramref name="actual"/> that are predicted as class <paramref name="predicted"/>.</summary>
    /// <param name="actual">The index of the actual class.</param>
    /// <param name="predicted">The index of the predicted class.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is not one of <see cref="Classes"/>.</exception>
    public int this[int actual, int predicted] =>
        _counts[(Checked(actual, nameof(actual)) * Classes.Count) + Checked(predicted, nameof(predicted))];

    /// <summary>The number of images of a class.</summary>
    /// <param name="actual">The index of the class.</param>
    public int ActualCount(int actual) => Enumerable.Range(0, Classes.Count).Sum(predicted => this[actual, predicted]);

    /// <summary>The number of images that are predicted as a class.</summary>
    /// <param name="predicted">The index of the class.</param>
    public int PredictedCount(int predicted) => Enumerable.Range(0, Classes.Count).Sum(actual => this[actual, predicted]);

    /// <summary>The most frequent mistakes, most frequent first; equally frequent ones in the order of the classes.</summary>
    /// <param name="count">The maximum number of mistakes to list, 0 or more.</param>
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
                .Select(cell => new Confusion
                {
                    Actual = Classes[cell / classes],
                    Predicted = Classes[cell % classes],
                    Count = _counts[cell],
                }),
        ];
    }

    /// <summary>The matrix as an aligned table: one row for each actual class, one column for each predicted class.</summary>
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
        : throw new ArgumentOutOfRangeException(name, index, $"The index of a class is 0 to {Classes.Count - 1}.");
}
