using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>Something the library does, measured against others in turn; runs by its name, and in the table.</summary>
internal interface IComparison
{
    /// <summary>What it is called on the command line.</summary>
    string Name { get; }

    /// <summary>What its rows mean and how they are measured: a sentence or two in Markdown.</summary>
    string Meaning { get; }

    /// <summary>Measures.</summary>
    /// <param name="effort">How long it may take.</param>
    Task<IReadOnlyList<Row>> MeasureAsync(Effort effort);
}
