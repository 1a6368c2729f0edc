using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>Rows of equal length at equal distances in memory; they may be parts of longer rows.</summary>
internal readonly ref struct RowBlock
{
    private readonly ReadOnlySpan<float> _values;

    /// <summary>Rows one after the other.</summary>
    /// <param name="values">The numbers, row after row.</param>
    /// <param name="length">The length of a row.</param>
    public RowBlock(ReadOnlySpan<float> values, int length)
        : this(values, length, length, values.Length / length)
    {
    }

    /// <summary>Rows that are parts of longer rows.</summary>
    /// <param name="values">The numbers, from the first one of the first row on.</param>
    /// <param name="length">The length of a row.</param>
    /// <param name="pitch">The distance of two rows.</param>
    /// <param name="count">The number of rows.</param>
    public RowBlock(ReadOnlySpan<float> values, int length, int pitch, int count)
    {
        if (count > 0 && ((count - 1) * pitch) + length > values.Length)
            throw new ArgumentException($"{count} rows of {length} at a distance of {pitch} are more than {values.Length} numbers.");
        _values = values;
        Length = length;
        Pitch = pitch;
        Count = count;
    }

    /// <summary>The length of a row.</summary>
    public int Length { get; }

    /// <summary>The distance of two rows.</summary>
    public int Pitch { get; }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>The first number of the first row.</summary>
    public ref float First => ref MemoryMarshal.GetReference(_values);

    /// <summary>One row.</summary>
    public ReadOnlySpan<float> this[int row] => _values.Slice(row * Pitch, Length);

    /// <summary>The rows from one on.</summary>
    public RowBlock From(int row) => new(_values[(row * Pitch)..], Length, Pitch, Count - row);
}
