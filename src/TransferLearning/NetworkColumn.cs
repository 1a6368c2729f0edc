using Microsoft.ML;
using Microsoft.ML.Data;

namespace TransferLearning.MLNet;

/// <summary>A column that is made of the network's row of numbers.</summary>
/// <param name="Name">The name of the column.</param>
/// <param name="Type">The type of its values.</param>
internal abstract record NetworkColumn(string Name, DataViewType Type)
{
    /// <summary>Where ML.NET looks for the names of the numbers in a vector.</summary>
    private const string SlotNames = "SlotNames";

    /// <summary>Creates the delegate that gives the value.</summary>
    /// <param name="current">Gives the network's row for the current image.</param>
    public abstract Delegate CreateGetter(Func<float[]> current);

    /// <summary>What the schema says of the column besides its type.</summary>
    public virtual DataViewSchema.Annotations Annotations => DataViewSchema.Annotations.Empty;

    /// <summary>The numbers as they are.</summary>
    /// <param name="Name">The name of the column.</param>
    /// <param name="Length">How many they are.</param>
    /// <param name="Slots">What each of them is called, as ML.NET's metrics call the classes; null where they have no names.</param>
    public sealed record Numbers(string Name, int Length, IReadOnlyList<string>? Slots = null)
        : NetworkColumn(Name, new VectorDataViewType(NumberDataViewType.Single, Length))
    {
        /// <inheritdoc/>
        public override DataViewSchema.Annotations Annotations
        {
            get
            {
                if (Slots is null)
                    return DataViewSchema.Annotations.Empty;
                var builder = new DataViewSchema.Annotations.Builder();
                builder.Add(
                    SlotNames,
                    new VectorDataViewType(TextDataViewType.Instance, Length),
                    (ref VBuffer<ReadOnlyMemory<char>> value) => Fill(ref value, [.. Slots.Select(slot => slot.AsMemory())]));
                return builder.ToAnnotations();
            }
        }

        /// <inheritdoc/>
        public override Delegate CreateGetter(Func<float[]> current) =>
            (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Fill(ref value, current()));
    }

    /// <summary>The name of the class with the highest probability.</summary>
    /// <param name="Name">The name of the column.</param>
    /// <param name="Labels">The names of the classes.</param>
    public sealed record Label(string Name, IReadOnlyList<string> Labels) : NetworkColumn(Name, TextDataViewType.Instance)
    {
        /// <inheritdoc/>
        public override Delegate CreateGetter(Func<float[]> current) =>
            (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = new Prediction(current(), Labels).Label.AsMemory());
    }

    /// <summary>The names of the most probable classes, best first. Of no fixed length, as in a loaded model.</summary>
    /// <param name="Name">The name of the column.</param>
    /// <param name="Labels">The names of the classes.</param>
    /// <param name="Count">How many at most.</param>
    public sealed record TopLabels(string Name, IReadOnlyList<string> Labels, int Count)
        : NetworkColumn(Name, new VectorDataViewType(TextDataViewType.Instance))
    {
        /// <inheritdoc/>
        public override Delegate CreateGetter(Func<float[]> current)
        {
            return (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)Get;

            void Get(ref VBuffer<ReadOnlyMemory<char>> value) =>
                Fill(ref value, [.. new Prediction(current(), Labels).Top(Count).Select(entry => entry.Label.AsMemory())]);
        }
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

    private static void Fill<T>(ref VBuffer<T> value, ReadOnlySpan<T> content)
    {
        var editor = VBufferEditor.Create(ref value, content.Length);
        content.CopyTo(editor.Values);
        value = editor.Commit();
    }
}
