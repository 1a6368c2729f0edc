using Parquet.Schema;

namespace TransferLearning.Cli.Shards;

/// <summary>
/// The levels of a Parquet column of lists: a repetition level of 0 begins a list, 1 continues it; a definition level of 0 is a list that
/// is null, the maximum level is a value.
/// </summary>
/// <param name="field">The innermost field of the list.</param>
/// <param name="capacity">The maximum number of values and null lists together.</param>
internal sealed class ListLevels(DataField field, int capacity)
{
    private readonly int[] _definitions = new int[capacity];
    private readonly int[] _repetitions = new int[capacity];
    private int _count;

    public ReadOnlyMemory<int> Definitions => _definitions.AsMemory(0, _count);

    public ReadOnlyMemory<int> Repetitions => _repetitions.AsMemory(0, _count);

    public void Clear() => _count = 0;

    public void AddNull()
    {
        _definitions[_count] = 0;
        _repetitions[_count++] = 0;
    }

    /// <summary>Adds a list of one value or more.</summary>
    public void AddList(int length)
    {
        _definitions.AsSpan(_count, length).Fill(field.MaxDefinitionLevel);
        _repetitions.AsSpan(_count, length).Fill(1);
        _repetitions[_count] = 0;
        _count += length;
    }
}
