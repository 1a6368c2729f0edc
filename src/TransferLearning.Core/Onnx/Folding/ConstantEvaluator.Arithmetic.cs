namespace TransferLearning.Onnx;

/// <content>Functions of each element alone, with broadcasting.</content>
internal static partial class ConstantEvaluator
{
    private static IEnumerable<KeyValuePair<string, Func<EvaluatedNode, HostTensor?>>> Arithmetic() =>
    [
        Binary("Add", (a, b) => unchecked(a + b), (a, b) => a + b),
        Binary("Sub", (a, b) => unchecked(a - b), (a, b) => a - b),
        Binary("Mul", (a, b) => unchecked(a * b), (a, b) => a * b),
        Binary("Div", (a, b) => b == 0 ? null : b == -1 ? unchecked(-a) : a / b, (a, b) => a / b),
        Binary("Pow", Power, Math.Pow),
        Entry("Mod", Remainder),
        Variadic("Max", Math.Max, Math.Max),
        Variadic("Min", Math.Min, Math.Min),
        Variadic("Sum", (a, b) => unchecked(a + b), (a, b) => a + b),
        Comparison("Equal", (a, b) => a == b, (a, b) => a == b),
        Comparison("Less", (a, b) => a < b, (a, b) => a < b),
        Comparison("LessOrEqual", (a, b) => a <= b, (a, b) => a <= b),
        Comparison("Greater", (a, b) => a > b, (a, b) => a > b),
        Comparison("GreaterOrEqual", (a, b) => a >= b, (a, b) => a >= b),
        Comparison("And", (a, b) => (a & b) != 0, null),
        Comparison("Or", (a, b) => (a | b) != 0, null),
        Comparison("Xor", (a, b) => a != b, null),
        Unary("Neg", a => unchecked(-a), a => -a),
        Unary("Abs", a => a < 0 ? unchecked(-a) : a, Math.Abs),
        Unary("Sign", a => Math.Sign(a), a => double.IsNaN(a) ? a : Math.Sign(a)),
        Unary("Not", a => a == 0 ? 1 : 0, null),
        Unary("Floor", null, Math.Floor),
        Unary("Ceil", null, Math.Ceiling),
        Unary("Round", null, a => Math.Round(a, MidpointRounding.ToEven)),
        Unary("Sqrt", null, Math.Sqrt),
        Unary("Reciprocal", null, a => 1 / a),
        Unary("Exp", null, Math.Exp),
        Unary("Log", null, Math.Log),
        Unary("Sin", null, Math.Sin),
        Unary("Cos", null, Math.Cos),
        Entry("Cast", node => Cast(node, (OnnxElementType)node.Node.Int("to", 0))),
        Entry("CastLike", node => Cast(node, node[1].Type)),
        Entry("Clip", Clip),
        Entry("Where", Where),
    ];

    private static KeyValuePair<string, Func<EvaluatedNode, HostTensor?>> Entry(string name, Func<EvaluatedNode, HostTensor?> function) =>
        new(name, function);

    private static KeyValuePair<string, Func<EvaluatedNode, HostTensor?>> Binary(
        string name, Func<long, long, long?> integers, Func<double, double, double> reals) =>
        Entry(name, node => Combine(node, node[0], node[1], integers, reals));

    private static KeyValuePair<string, Func<EvaluatedNode, HostTensor?>> Variadic(
        string name, Func<long, long, long> integers, Func<double, double, double> reals) => Entry(name, node =>
    {
        HostTensor? result = node[0];
        for (int i = 1; i < node.Inputs.Count && result is not null; i++)
            result = Combine(node, result, node[i], (a, b) => integers(a, b), reals);
        return result;
    });

    private static KeyValuePair<string, Func<EvaluatedNode, HostTensor?>> Comparison(
        string name, Func<long, long, bool> integers, Func<double, double, bool>? reals) => Entry(name, node =>
    {
        var (a, b) = (node[0], node[1]);
        RequireSameType(node, a, b);
        if (a.Integers is null && reals is null)
            throw node.Invalid($"its inputs hold {a.Type} numbers, not truth values");
        var (dimensions, left, right) = Pairs(node, a, b);
        long[] truths = new long[left.Length];
        for (int i = 0; i < truths.Length; i++)
        {
            bool holds = a.Integers is not null
                ? integers(a.Integers[left[i]], b.Integers![right[i]])
                : reals!(a.Reals![left[i]], b.Reals![right[i]]);
            truths[i] = holds ? 1 : 0;
        }

        return HostTensor.Of(OnnxElementType.Bool, dimensions, truths);
    });

    private static KeyValuePair<string, Func<EvaluatedNode, HostTensor?>> Unary(
        string name, Func<long, long>? integers, Func<double, double>? reals) => Entry(name, node =>
    {
        var x = node[0];
        if (x.Integers is not null && integers is not null)
            return HostTensor.Of(x.Type, x.Dimensions, Array.ConvertAll(x.Integers, value => integers(value)));
        if (x.Reals is not null && reals is not null)
            return HostTensor.Of(x.Type, x.Dimensions, Array.ConvertAll(x.Reals, value => reals(value)));
        throw node.Invalid($"it does not take {x.Type} numbers");
    });

    /// <summary>Combines two tensors element by element; null where an integer has no result.</summary>
    private static HostTensor? Combine(
        EvaluatedNode node, HostTensor a, HostTensor b, Func<long, long, long?> integers, Func<double, double, double> reals)
    {
        // The exponent of a Pow may be of another type than its base.
        if (node.Node.OpType == "Pow" && (a.Integers is null) != (b.Integers is null))
            b = Converted(b, a.Type);
        else if (node.Node.OpType != "Pow")
            RequireSameType(node, a, b);
        var (dimensions, left, right) = Pairs(node, a, b);
        if (a.Reals is not null)
        {
            double[] numbers = new double[left.Length];
            for (int i = 0; i < numbers.Length; i++)
                numbers[i] = reals(a.Reals[left[i]], b.Reals![right[i]]);
            return HostTensor.Of(a.Type, dimensions, numbers);
        }

        long[] values = new long[left.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (integers(a.Integers![left[i]], b.Integers![right[i]]) is not { } value)
                return null;
            values[i] = value;
        }

        return HostTensor.Of(a.Type, dimensions, values);
    }

    /// <summary>The result's shape, and for each of its elements the positions in both operands.</summary>
    private static (long[] Dimensions, int[] Left, int[] Right) Pairs(EvaluatedNode node, HostTensor a, HostTensor b)
    {
        long[] dimensions = TensorShape.Broadcast(a.Dimensions, b.Dimensions) ?? throw node.Invalid(
            $"its inputs of shape [{string.Join(", ", a.Dimensions)}] and [{string.Join(", ", b.Dimensions)}] do not broadcast");
        int[] left = new int[node.Count(dimensions)], right = new int[left.Length];
        long[] at = new long[dimensions.Length];
        for (int i = 0; i < left.Length; i++)
        {
            left[i] = (int)Broadcast(a, at);
            right[i] = (int)Broadcast(b, at);
            Advance(at, dimensions);
        }

        return (dimensions, left, right);
    }

    private static void RequireSameType(EvaluatedNode node, HostTensor a, HostTensor b)
    {
        if (a.Type != b.Type)
            throw node.Invalid($"its inputs hold {a.Type} and {b.Type} numbers, which must be the same");
    }

    private static long? Power(long value, long exponent)
    {
        if (exponent < 0)
            return null;
        long result = 1;
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
                result = unchecked(result * value);
            value = unchecked(value * value);
        }

        return result;
    }

    /// <summary>The remainder has the sign of the divisor, or with <c>fmod</c> that of the dividend.</summary>
    private static HostTensor? Remainder(EvaluatedNode node)
    {
        bool likeDividend = node.Node.Int("fmod", 0) != 0;
        return Combine(
            node,
            node[0],
            node[1],
            (a, b) =>
            {
                if (b == 0)
                    return null;
                long rest = b == -1 ? 0 : a % b;
                return likeDividend || rest == 0 || (rest < 0) == (b < 0) ? rest : rest + b;
            },
            (a, b) => a % b);
    }

    private static HostTensor Cast(EvaluatedNode node, OnnxElementType type)
    {
        if (!TensorContent.IsInteger(type) && !TensorContent.IsFloating(type))
            throw node.Invalid($"it casts to {type}");
        return Converted(node[0], type);
    }

    private static HostTensor Converted(HostTensor x, OnnxElementType type)
    {
        if (TensorContent.IsFloating(type))
            return HostTensor.Of(
                type, x.Dimensions, x.Reals is null ? Array.ConvertAll(x.Integers!, value => (double)value) : [.. x.Reals]);
        if (x.Integers is not null)
            return HostTensor.Of(type, x.Dimensions, [.. x.Integers]);
        return HostTensor.Of(
            type, x.Dimensions, Array.ConvertAll(x.Reals!, value => type == OnnxElementType.Bool ? (value == 0 ? 0 : 1) : (long)value));
    }

    private static HostTensor? Clip(EvaluatedNode node)
    {
        HostTensor? x = node[0];
        if (node.Has(1))
            x = Combine(node, x, node[1], (a, b) => Math.Max(a, b), Math.Max);
        if (x is not null && node.Has(2))
            x = Combine(node, x, node[2], (a, b) => Math.Min(a, b), Math.Min);
        return node.Opset < 11 ? null : x;
    }

    private static HostTensor? Where(EvaluatedNode node)
    {
        var (a, b) = (node[1], node[2]);
        RequireSameType(node, a, b);
        long[] condition = node.Integers(0);
        if (TensorShape.Broadcast(a.Dimensions, b.Dimensions) is not { } both
            || TensorShape.Broadcast(both, node[0].Dimensions) is not { } shape)
            throw node.Invalid("its inputs do not broadcast");
        int count = node.Count(shape);
        long[] at = new long[shape.Length];
        long[]? integers = a.Integers is null ? null : new long[count];
        double[]? reals = a.Reals is null ? null : new double[count];
        for (int i = 0; i < count; i++)
        {
            var chosen = condition[Broadcast(node[0], at)] != 0 ? a : b;
            long position = Broadcast(chosen, at);
            if (integers is not null)
                integers[i] = chosen.Integers![position];
            else
                reals![i] = chosen.Reals![position];
            Advance(at, shape);
        }

        return integers is not null ? HostTensor.Of(a.Type, shape, integers) : HostTensor.Of(a.Type, shape, reals!);
    }
}
