using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = Σ of products of operands over the letters that y does not have. The sum is linear in each operand, so da is an Einsum of dy and
/// the other operands, with the letters of a as the result; along letters that only a has, it is the same everywhere. A letter that a has
/// twice reads its diagonal, and everything beside the diagonal gets 0.
/// </summary>
internal sealed class EinsumGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        long[][] shapes = [.. Enumerable.Range(0, scope.InputCount).Select(scope.InputShape)];
        var equation = EinsumEquation.Parse(scope.String("equation", ""), [.. shapes.Select(shape => shape.Length)]);
        if (equation.Terms.Count != shapes.Length || equation.Output.Length != scope.OutputShape().Length
            || equation.Terms.Zip(shapes).Any(pair => pair.First.Length != pair.Second.Length))
        {
            throw scope.Unsupported("its equation does not fit the dimensions of its inputs");
        }

        for (int i = 0; i < shapes.Length; i++)
        {
            if (scope.Wants(i))
                scope.Contribute(i, Propagate(scope, equation, shapes, i));
        }
    }

    private static string Propagate(GradientScope scope, EinsumEquation equation, long[][] shapes, int operand)
    {
        var graph = scope.Graph;
        string term = equation.Terms[operand];
        int[] others = [.. Enumerable.Range(0, shapes.Length).Where(i => i != operand)];

        // What each letter measures in dy and the other operands; one of size 1 is broadcast.
        var sizes = new Dictionary<char, long>();
        foreach (var (letters, shape) in others.Select(i => (equation.Terms[i], shapes[i])).Append((equation.Output, scope.OutputShape())))
        {
            for (int axis = 0; axis < letters.Length; axis++)
                sizes[letters[axis]] = Math.Max(sizes.GetValueOrDefault(letters[axis], 1), shape[axis]);
        }

        string[] factors = [.. others.Select(scope.Input)], terms = [.. others.Select(i => equation.Terms[i])];
        string dy = scope.OutputGradient(), target = string.Concat(term.Where(sizes.ContainsKey).Distinct());
        string product;
        if (equation.Output.Length > 0)
            product = Einsum(graph, [dy, .. factors], $"{equation.Output},{string.Join(',', terms)}".TrimEnd(',') + "->" + target);
        else
            product = factors.Length == 0 ? dy : graph.Times(dy, Einsum(graph, factors, $"{string.Join(',', terms)}->{target}"));

        long[] full = [.. term.Select(
            (letter, axis) => term.IndexOf(letter, StringComparison.Ordinal) < axis ? 1 : sizes.GetValueOrDefault(letter, 1))];
        if (target.Length < term.Length)
            product = graph.Reshape(product, full);
        for (int axis = 0; axis < term.Length; axis++)
        {
            int first = term.IndexOf(term[axis], StringComparison.Ordinal);
            if (first == axis)
                continue;
            full[axis] = shapes[operand][axis];
            product = graph.Times(product, Diagonal(graph, term.Length, first, axis, full[axis]));
        }

        long[] shared = [.. full.Select((size, axis) => shapes[operand][axis] == 1 ? 1 : size)];
        product = graph.SumTo(product, full, shared);
        return shared.AsSpan().SequenceEqual(shapes[operand]) ? product : graph.Expand(product, shapes[operand]);
    }

    /// <summary>1 where two axes of equal size have the same coordinate, else 0; the other axes have size 1.</summary>
    private static string Diagonal(GraphBuilder graph, int rank, int first, int second, long size)
    {
        float[] numbers = new float[size * size];
        for (long i = 0; i < size; i++)
            numbers[(i * size) + i] = 1;
        long[] shape = [.. Enumerable.Repeat(1L, rank)];
        (shape[first], shape[second]) = (size, size);
        return graph.Initializer(graph.Unique("diagonal"), numbers, shape);
    }

    private static string Einsum(GraphBuilder graph, string[] operands, string equation) =>
        graph.Add("Einsum", operands, GraphBuilder.Attribute("equation", equation));
}
