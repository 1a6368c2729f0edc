using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TransferLearning.MLNet;

/// <summary>Reads the class of the current row.</summary>
internal abstract class LabelReader
{
    /// <summary>The names of all classes where the column is a key, in its order; null for text.</summary>
    public virtual IReadOnlyList<string>? Classes => null;

    /// <summary>Creates a reader of a column, which must be active.</summary>
    /// <exception cref="ArgumentException">The column is neither text nor a key.</exception>
    public static LabelReader Create(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        TextDataViewType => new Texts(row, column),
        KeyDataViewType key => (LabelReader)Activator.CreateInstance(typeof(Keys<>).MakeGenericType(key.RawType), row, column)!,
        _ => throw WrongType(column.Name, column.Type),
    };

    /// <summary>Throws where a column has no classes.</summary>
    /// <exception cref="ArgumentException">The column is missing, or neither text nor a key.</exception>
    public static void Check(SchemaShape shape, string name)
    {
        var label = ImageColumn.Find(shape, name);
        if (label.Kind != SchemaShape.Column.VectorKind.Scalar || !label.IsKey && label.ItemType is not TextDataViewType)
            throw WrongType(name, label.ItemType);
    }

    /// <summary>The name of the class; null where it is missing.</summary>
    public abstract string? Read();

    private static ArgumentException WrongType(string name, DataViewType type) =>
        new($"The column '{name}' is of type {type}; classes are text, or keys as MapValueToKey makes them.");

    /// <summary>The values of a key as text, or numbers where the key has no values.</summary>
    private static string[] NamesOf(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(NetworkColumn.KeyValues)?.Type is not VectorDataViewType { ItemType: var type })
            return [.. Enumerable.Range(0, checked((int)((KeyDataViewType)column.Type).Count)).Select(index => Text($"class {index}"))];
        return ((KeyNames)Activator.CreateInstance(typeof(KeyNames<>).MakeGenericType(type.RawType))!).Of(column);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Texts(DataViewRow row, DataViewSchema.Column column) : LabelReader
    {
        private readonly ValueGetter<ReadOnlyMemory<char>> _getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        private ReadOnlyMemory<char> _text;

        public override string? Read()
        {
            _getter(ref _text);
            return _text.IsEmpty ? null : _text.ToString();
        }
    }

    private sealed class Keys<T>(DataViewRow row, DataViewSchema.Column column) : LabelReader
        where T : struct, IConvertible
    {
        private readonly ValueGetter<T> _getter = row.GetGetter<T>(column);
        private readonly string[] _names = NamesOf(column);

        public override IReadOnlyList<string> Classes => _names;

        public override string? Read()
        {
            T key = default;
            _getter(ref key);
            return key.ToUInt64(CultureInfo.InvariantCulture) is > 0 and var value ? _names[value - 1] : null;
        }
    }

    private abstract class KeyNames
    {
        public abstract string[] Of(DataViewSchema.Column column);
    }

    private sealed class KeyNames<T> : KeyNames
    {
        public override string[] Of(DataViewSchema.Column column)
        {
            VBuffer<T> values = default;
            column.GetKeyValues(ref values);
            return [.. values.DenseValues().Select(value => Text($"{value}"))];
        }
    }
}
