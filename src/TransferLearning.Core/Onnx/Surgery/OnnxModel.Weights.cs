using System.Runtime.InteropServices;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

public sealed partial class OnnxModel
{
    /// <summary>The numbers of a float weight, as a copy; row-major.</summary>
    /// <param name="name">The name of an initializer, or of the output of a <c>Constant</c> or <c>ConstantOfShape</c> node.</param>
    /// <exception cref="OnnxGraphException">The graph has no such constant, or its numbers are not 32-bit floats.</exception>
    public float[] ReadInitializer(string name) => RequireConstant(name).ReadFloats();

    /// <summary>Copies the numbers of a float weight to where they are wanted, which has room for exactly them.</summary>
    /// <exception cref="OnnxGraphException">The graph has no such constant, or its numbers are not 32-bit floats.</exception>
    internal void CopyInitializer(string name, Span<float> destination) => RequireConstant(name).CopyFloatsTo(destination);

    /// <summary>A copy of this model with other numbers in some of its float weights.</summary>
    /// <param name="values">
    /// Weight name → new numbers, row-major, as many as the weight has. They are copied. A weight made by a <c>Constant</c> or
    /// <c>ConstantOfShape</c> node becomes an initializer of the same name.
    /// </param>
    /// <exception cref="OnnxGraphException">
    /// The graph has no such constant, it is not of 32-bit floats, or the number of values differs.
    /// </exception>
    public OnnxModel WithInitializers(IReadOnlyDictionary<string, ReadOnlyMemory<float>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var replacedNodes = new HashSet<string>(StringComparer.Ordinal);
        var tensors = new Dictionary<string, TensorProto>(StringComparer.Ordinal);
        foreach (var (name, numbers) in values)
        {
            var constant = RequireConstant(name);
            if (constant.ElementType != OnnxElementType.Float)
                throw new OnnxGraphException($"The weight '{name}' holds {constant.ElementType} numbers; only Float ones can be replaced.");
            if (constant.Count != numbers.Length)
            {
                throw new OnnxGraphException(
                    $"The weight '{name}' of shape [{string.Join(", ", constant.Dimensions)}] needs {constant.Count} numbers, " +
                    $"not {numbers.Length}.");
            }

            tensors[name] = GraphBuilder.Tensor(
                name, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes(numbers.Span), [.. constant.Dimensions]);
            if (constant.Node is not null)
                replacedNodes.Add(name);
        }

        return Rewrite(graph =>
        {
            for (int i = 0; i < graph.Initializer.Count; i++)
            {
                if (tensors.TryGetValue(graph.Initializer[i].Name, out var tensor))
                    graph.Initializer[i] = tensor;
            }

            for (int i = graph.Node.Count - 1; i >= 0; i--)
            {
                if (graph.Node[i].Output is [var only] && replacedNodes.Contains(only))
                    graph.Node.RemoveAt(i);
            }

            graph.Initializer.AddRange(values.Keys.Where(replacedNodes.Contains).Select(name => tensors[name]));
        });
    }

    private ConstantTensor RequireConstant(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Index.Constants.TryGetValue(name, out var constant))
            return constant;
        string known = string.Join(", ", Index.Weights.Take(5).Select(weight => weight.Name));
        throw new OnnxGraphException(
            $"The graph has no weight '{name}'. It has {Index.Weights.Count} weights: {known}{(Index.Weights.Count > 5 ? ", …" : "")}.");
    }
}
