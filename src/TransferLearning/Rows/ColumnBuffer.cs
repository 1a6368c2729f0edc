using Microsoft.ML;
using Microsoft.ML.Data;

namespace TransferLearning.MLNet;

/// <summary>Keeps the values of one column for rows that are read ahead.</summary>
/// <remarks>A slot is filled by one thread and read by another, never at the same time.</remarks>
internal abstract class ColumnBuffer
{
    /// <summary>Creates the buffer of a column, which must be active in the given row.</summary>
    public static ColumnBuffer Create(DataViewRow input, DataViewSchema.Column column, int slots)
    {
        var raw = column.Type.RawType;
        if (raw == typeof(MLImage))
            return new Images(input.GetGetter<MLImage>(column), slots);
        var buffer = column.Type is VectorDataViewType vector
            ? typeof(Vectors<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(Scalars<>).MakeGenericType(raw);
        return (ColumnBuffer)Activator.CreateInstance(buffer, input, column, slots)!;
    }

    /// <summary>Creates the buffer of the identities of the rows.</summary>
    public static ColumnBuffer Ids(DataViewRow input, int slots) => new Scalars<DataViewRowId>(input.GetIdGetter(), slots);

    /// <summary>Stores the value of the current input row.</summary>
    public abstract void Fill(int slot);

    /// <summary>Creates the delegate that gives the value of the current slot.</summary>
    public abstract Delegate CreateGetter(Func<int> current);

    private sealed class Scalars<T>(ValueGetter<T> getter, int slots) : ColumnBuffer
    {
        private readonly T[] _values = new T[slots];

        public Scalars(DataViewRow input, DataViewSchema.Column column, int slots)
            : this(input.GetGetter<T>(column), slots)
        {
        }

        public override void Fill(int slot) => getter(ref _values[slot]);

        public override Delegate CreateGetter(Func<int> current) => (ValueGetter<T>)((ref T value) => value = _values[current()]);
    }

    private sealed class Vectors<T>(DataViewRow input, DataViewSchema.Column column, int slots) : ColumnBuffer
    {
        private readonly ValueGetter<VBuffer<T>> _getter = input.GetGetter<VBuffer<T>>(column);
        private readonly VBuffer<T>[] _values = new VBuffer<T>[slots];

        public override void Fill(int slot) => _getter(ref _values[slot]);

        public override Delegate CreateGetter(Func<int> current) =>
            (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[current()].CopyTo(ref value));
    }

    /// <summary>Images are returned as copies, since their receiver may dispose them.</summary>
    private sealed class Images(ValueGetter<MLImage> getter, int slots) : ColumnBuffer
    {
        private readonly MLImage[] _values = new MLImage[slots];

        public override void Fill(int slot) => getter(ref _values[slot]);

        public override Delegate CreateGetter(Func<int> current) => (ValueGetter<MLImage>)((ref MLImage value) =>
        {
            value?.Dispose();
            value = ImagePixels.Clone(_values[current()])!;
        });
    }
}
