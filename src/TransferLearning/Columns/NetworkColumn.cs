using Microsoft.ML;
using Microsoft.ML.Data;

namespace TransferLearning.MLNet;

/// <summary>A column that is made of the network's row of numbers.</summary>
/// <param name="Name">The name of the column.</param>
/// <param name="Type">The type of its values.</param>
internal abstract record NetworkColumn(string Name, DataViewType Type)
{
    /// <summary>Where ML.NET finds the values of a key.</summary>
    public const string KeyValues = "KeyValues";

    /// <summary>Where ML.NET finds the names of the numbers in a vector.</summary>
    private const string SlotNames = "SlotNames";

    /// <summary>Creates the delegate that gives the value.</summary>
    /// <param name="current">Gives the network's row for the current image.</param>
    public abstract Delegate CreateGetter(Func<float[]> current);

    /// <summary>What the schema says of the column besides its type.</summary>
    public virtual DataViewSchema.Annotations Annotations => DataViewSchema.Annotations.Empty;

    /// <summary>The numbers as they are.</summary>
    /// <param name="Name">The name of the column.</param>
    /// <param name="Length">How many they are.</param>
    /// <param name="Slots">Their names, as ML.NET's metrics call the classes; null where they have none.</param>
    public sealed record Numbers(string Name, int Length, IReadOnlyList<string>? Slots = null)
        : NetworkColumn(Name, new VectorDataViewType(NumberDataViewType.Single, Length))
    {
        /// <inheritdoc/>
        public override DataViewSchema.Annotations Annotations => Slots is null ? base.Annotations : Names(SlotNames, Slots);

        /// <inheritdoc/>
        public override Delegate CreateGetter(Func<float[]> current) =>
            (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Fill(ref value, current()));
    }

    /// <summary>The class with the highest probability as a key, which is what ML.NET's multiclass trainers give.</summary>
    /// <param name="Name">The name of the column.</param>
    /// <param name="Labels">The names of the classes.</param>
    public sealed record PredictedKey(string Name, IReadOnlyList<string> Labels)
        : NetworkColumn(Name, new KeyDataViewType(typeof(uint), Labels.Count))
    {
        /// <inheritdoc/>
        public override DataViewSchema.Annotations Annotations => Names(KeyValues, ValuesOf(Labels));

        /// <inheritdoc/>
        public override Delegate CreateGetter(Func<float[]> current) =>
            (ValueGetter<uint>)((ref uint value) => value = (uint)new Prediction(current(), Labels).LabelIndex + 1);

        /// <summary>The values of the key: the names, with a number behind where one occurs again (ImageNet has two "crane"s).</summary>
        public static string[] ValuesOf(IReadOnlyList<string> labels)
        {
            var taken = new HashSet<string>(StringComparer.Ordinal);
            return [.. labels.Select(label => Enumerable.Range(1, labels.Count).Select(n => Numbered(label, n)).First(taken.Add))];
        }

        private static string Numbered(string label, int n) => n == 1 ? label : FormattableString.Invariant($"{label} ({n})");
    }

    /// <summary>The name of the class with the highest probability.</summary>
    /// <param name="Name">The name of the column.</param>
    /// <param name="Labels">The names of the classes.</param>
    public sealed record PredictedText(string Name, IReadOnlyList<string> Labels) : NetworkColumn(Name, TextDataViewType.Instance)
    {
        /// <inheritdoc/>
        public override Delegate CreateGetter(Func<float[]> current) => (ValueGetter<ReadOnlyMemory<char>>)(
            (ref ReadOnlyMemory<char> value) => value = new Prediction(current(), Labels).Label.AsMemory());
    }

    /// <summary>The names of the most probable classes, best first. Of no fixed length, as in a loaded model.</summary>
    /// <param name="Name">The name of the column.</param>
    /// <param name="Labels">The names of the classes.</param>
    /// <param name="Count">How many at most.</param>
    public sealed record TopLabels(string Name, IReadOnlyList<string> Labels, int Count)
        : NetworkColumn(Name, new VectorDataViewType(TextDataViewType.Instance))
    {
        /// <inheritdoc/>
        public override Delegate CreateGetter(Func<float[]> current) => (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)(
            (ref VBuffer<ReadOnlyMemory<char>> value) =>
                Fill(ref value, [.. new Prediction(current(), Labels).Top(Count).Select(entry => entry.Label.AsMemory())]));
    }

    /// <summary>The probabilities of the most probable classes, best first.</summary>
    /// <param name="Name">The name of the column.</param>
    /// <param name="Labels">The names of the classes.</param>
    /// <param name="Count">How many at most.</param>
    public sealed record TopProbabilities(string Name, IReadOnlyList<string> Labels, int Count)
        : NetworkColumn(Name, new VectorDataViewType(NumberDataViewType.Single))
    {
        /// <inheritdoc/>
        public override Delegate CreateGetter(Func<float[]> current) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            Fill(ref value, [.. new Prediction(current(), Labels).Top(Count).Select(entry => entry.Probability)]));
    }

    private static DataViewSchema.Annotations Names(string kind, IReadOnlyList<string> names)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(
            kind,
            new VectorDataViewType(TextDataViewType.Instance, names.Count),
            (ref VBuffer<ReadOnlyMemory<char>> value) => Fill(ref value, [.. names.Select(name => name.AsMemory())]));
        return builder.ToAnnotations();
    }

    private static void Fill<T>(ref VBuffer<T> value, ReadOnlySpan<T> content)
    {
        var editor = VBufferEditor.Create(ref value, content.Length);
        content.CopyTo(editor.Values);
        value = editor.Commit();
    }
}
