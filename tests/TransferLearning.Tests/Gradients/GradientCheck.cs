using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Gradients;

/// <summary>
/// A small forward graph whose gradient, written by <see cref="BackwardPass"/> and run by ONNX Runtime in single precision, is held against
/// central differences of the same graph in double precision.
/// </summary>
internal sealed class GradientCheck
{
    /// <summary>Step of the central differences: their own error is then about 1e-9, far under that of single precision.</summary>
    private const double Step = 1e-5;
    private const int MostElements = 24;

    private readonly GraphBuilder _builder = new(new GraphProto { Name = "check" }, "");
    private readonly Dictionary<string, ReferenceTensor> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inputs = new(StringComparer.Ordinal);
    private readonly List<NodeProto> _forward = [];
    private readonly Random _random;

    public GradientCheck(int seed) => _random = new Random(seed);

    /// <summary>How far the gradient may be off, relative to its largest element.</summary>
    public double Tolerance { get; init; } = 2e-5;

    /// <summary>The operator set of the graph.</summary>
    public int Opset { get; init; } = BackwardPass.Opset;

    /// <summary>Whether the gradients do without ConvTranspose.</summary>
    public bool ForAccelerator { get; init; }

    /// <summary>
    /// The inputs that are activations, where the graph is to be differentiated over a folded batch; null leaves the layout alone.
    /// </summary>
    public IReadOnlyList<string>? Folded { get; set; }

    public GraphProto Graph => _builder.Graph;

    /// <summary>A random tensor that the gradient is checked for.</summary>
    public string Input(string name, long[] shape, double low = -1, double high = 1) =>
        Input(name, ReferenceTensor.Random(_random, shape, low, high));

    public string Input(string name, ReferenceTensor value)
    {
        _builder.Input(name, TensorProto.Types.DataType.Float, [.. value.Shape.Select(size => (long?)size)]);
        _values[name] = value;
        _inputs.Add(name);
        return name;
    }

    /// <summary>A random input that needs no gradient.</summary>
    public void Frozen(string name, long[] shape, double low, double high)
    {
        Input(name, shape, low, high);
        _inputs.Remove(name);
    }

    public string Constant(params long[] values)
    {
        string name = _builder.Int64s(values);
        _values[name] = new ReferenceTensor([values.Length], [.. values.Select(v => (double)v)]);
        return name;
    }

    /// <summary>Integers of any shape, such as indices.</summary>
    public string Constant(long[] shape, params long[] values)
    {
        string name = _builder.Initializer(_builder.Unique("integers"), values, shape);
        _values[name] = new ReferenceTensor(shape, [.. values.Select(v => (double)v)]);
        return name;
    }

    /// <summary>A vector of numbers, such as the scales of a Resize.</summary>
    public string Constant(float[] values)
    {
        string name = _builder.Initializer(_builder.Unique("numbers"), values, [values.Length]);
        _values[name] = new ReferenceTensor([values.Length], [.. values.Select(v => (double)v)]);
        return name;
    }

    public string Constant(float value)
    {
        string name = _builder.Scalar(value);
        _values[name] = new ReferenceTensor([], [value]);
        return name;
    }

    public string Node(string operatorType, string[] inputs, params AttributeProto[] attributes) =>
        Nodes(operatorType, inputs, 1, attributes)[0];

    public string[] Nodes(string operatorType, string[] inputs, int outputs, params AttributeProto[] attributes)
    {
        string[] names = _builder.AddMany(operatorType, inputs, outputs, attributes);
        _forward.Add(_builder.Graph.Node[^1]);
        return names;
    }

    /// <summary>Adds nodes as they are, for instance those of a real model; the constants that they need may be added on the way.</summary>
    public void Append(Func<GraphBuilder, IReadOnlyList<NodeProto>> nodes)
    {
        int known = _builder.Graph.Initializer.Count;
        foreach (var node in nodes(_builder))
        {
            _builder.Graph.Node.Add(node);
            _forward.Add(node);
        }

        foreach (var constant in _builder.Graph.Initializer.Skip(known))
            _values[constant.Name] = ReferenceTensor.Of(constant);
    }

    public void Initializer(TensorProto tensor)
    {
        _builder.Graph.Initializer.Add(tensor);
        _values[tensor.Name] = ReferenceTensor.Of(tensor);
    }

    public static AttributeProto A(string name, params long[] values) => GraphBuilder.Attribute(name, values);

    public static AttributeProto A(string name, long value) => GraphBuilder.Attribute(name, value);

    public static AttributeProto A(string name, float value) => GraphBuilder.Attribute(name, value);

    public static AttributeProto A(string name, string value) => GraphBuilder.Attribute(name, value);

    /// <summary>Checks the gradients of Σ seed·output, with random seeds, for every input, element by element (a few per tensor).</summary>
    public void Verify(params string[] outputs)
    {
        var (seeds, gradients) = Differentiate(outputs);
        foreach (string input in _inputs.Except(seeds.Values, StringComparer.Ordinal))
        {
            var original = _values[input];
            Assert.Equal(original.Shape, gradients[input].Shape);
            double scale = gradients[input].Data.Append(1e-3).Max(Math.Abs);
            int[] elements = [.. Enumerable.Range(0, original.Data.Length)];
            _random.Shuffle(elements);
            foreach (int element in elements.Take(MostElements))
            {
                double[] up = [.. original.Data], down = [.. original.Data];
                up[element] += Step;
                down[element] -= Step;
                double expected = (Loss(seeds, input, up) - Loss(seeds, input, down)) / (2 * Step);
                double actual = gradients[input].Data[element];
                Assert.True(
                    Math.Abs(expected - actual) <= Tolerance * scale,
                    $"d/d{input}[{element}] of {Describe()}: {actual:g9}, by central differences {expected:g9} (largest {scale:g3})");
            }
        }
    }

    /// <summary>
    /// Checks whole graphs: the derivative along random directions in the space of all inputs together equals the gradient's component.
    /// Each input's part of a direction is scaled so that no input drowns the others.
    /// </summary>
    public void VerifyAlongDirections(int directions, double tolerance, params string[] outputs)
    {
        var (seeds, gradients) = Differentiate(outputs);
        string[] inputs = [.. _inputs.Except(seeds.Values, StringComparer.Ordinal)];
        foreach (string input in inputs)
            Assert.True(gradients[input].Data.Any(v => v != 0), $"the gradient of '{input}' is all zeros");
        for (int i = 0; i < directions; i++)
        {
            var up = new Dictionary<string, ReferenceTensor>(_values, StringComparer.Ordinal);
            var down = new Dictionary<string, ReferenceTensor>(_values, StringComparer.Ordinal);
            double expected = 0, magnitude = 0;
            foreach (string input in inputs)
            {
                double[] gradient = gradients[input].Data;
                double norm = Math.Sqrt(gradient.Sum(g => g * g)), sign = _random.Next(2) == 0 ? 1 : -1;
                double[] direction = [.. gradient.Select(g =>
                    sign * ((g / norm) + ((_random.NextDouble() - 0.5) / Math.Sqrt(gradient.Length))) / norm)];
                double part = gradient.Zip(direction, (g, d) => g * d).Sum();
                expected += part;
                magnitude += Math.Abs(part);
                up[input] = new(_values[input].Shape, [.. _values[input].Data.Zip(direction, (v, d) => v + (Step * d))]);
                down[input] = new(_values[input].Shape, [.. _values[input].Data.Zip(direction, (v, d) => v - (Step * d))]);
            }

            double actual = (Loss(seeds, up) - Loss(seeds, down)) / (2 * Step);
            Assert.True(
                Math.Abs(expected - actual) <= tolerance * magnitude,
                $"along direction {i}: gradient {expected:g9}, central differences {actual:g9} (of {magnitude:g3}, {inputs.Length} " +
                $"inputs)");
        }
    }

    /// <summary>The gradient of Σ seed·output for one input.</summary>
    public ReferenceTensor Gradient(string input, string output) => Differentiate([output]).Gradients[input];

    private (Dictionary<string, string> Seeds, Dictionary<string, ReferenceTensor> Gradients) Differentiate(string[] outputs)
    {
        ReferenceInterpreter.Run(_forward, _values);
        string[] wanted = [.. _inputs];
        var shapes = _values.ToDictionary(pair => pair.Key, pair => pair.Value.Shape, StringComparer.Ordinal);
        var forward = (IReadOnlyList<NodeProto>)_forward;
        if (Folded is not null)
        {
            var parameters = _values.Keys.Where(name => _builder.Graph.Input.Any(input => input.Name == name)).Except(Folded);
            BatchFolding.Apply(_builder, shapes, parameters, outputs);
            forward = [.. _builder.Graph.Node];
        }

        var seeds = outputs.ToDictionary(output => output, output => Input("seed/" + output, shapes[output]), StringComparer.Ordinal);
        var names = BackwardPass.Append(
            _builder, forward, seeds, wanted.ToHashSet(StringComparer.Ordinal), shapes, forAccelerator: ForAccelerator);
        if (ForAccelerator)
            RequireFormsOfAccelerators(shapes);

        string[] fetched = [.. outputs, .. names.Values];
        foreach (string name in fetched.Distinct())
            _builder.Graph.Output.Add(new ValueInfoProto { Name = name });
        float[][] results = OnnxRuntimeRunner.Run(_builder.Graph, _values, [.. fetched], out long[][] resultShapes, Opset);
        for (int i = 0; i < outputs.Length; i++)
        {
            double[] expected = _values[outputs[i]].Data;
            double scale = expected.Append(1e-3).Max(Math.Abs);
            Assert.Equal(_values[outputs[i]].Shape, resultShapes[i]);
            Assert.All(expected.Zip(results[i]), pair => Assert.True(
                Math.Abs(pair.First - pair.Second) <= Math.Max(Tolerance, 1e-4) * scale,
                $"forward: {pair.Second} instead of {pair.First}"));
        }

        var gradients = wanted.ToDictionary(name => name, name =>
        {
            int at = Array.IndexOf(fetched, names[name]);
            return new ReferenceTensor(resultShapes[at], [.. results[at].Select(v => (double)v)]);
        });
        return (seeds, gradients);
    }

    private double Loss(Dictionary<string, string> seeds, string changed, double[] data) =>
        Loss(seeds, new Dictionary<string, ReferenceTensor>(_values, StringComparer.Ordinal)
        {
            [changed] = _values[changed] with { Data = data },
        });

    private double Loss(Dictionary<string, string> seeds, Dictionary<string, ReferenceTensor> values)
    {
        ReferenceInterpreter.Run(_forward, values);
        return seeds.Sum(pair => values[pair.Key].Data.Zip(values[pair.Value].Data, (y, seed) => y * seed).Sum());
    }

    private string Describe() => string.Join(" → ", _forward.Select(node =>
        $"{node.OpType}({string.Join(", ", node.Input.Select(Shape))}"
        + $"{string.Concat(node.Attribute.Select(a => $"; {a.Name}={Value(a)}"))})"));

    private string Shape(string tensor) => tensor.Length == 0 ? "" : "[" + string.Join('×', _values[tensor].Shape) + "]";

    private static string Value(AttributeProto attribute) => attribute.Type switch
    {
        AttributeProto.Types.AttributeType.Ints => string.Join(',', attribute.Ints),
        AttributeProto.Types.AttributeType.String => attribute.S.ToStringUtf8(),
        AttributeProto.Types.AttributeType.Float => $"{attribute.F}",
        _ => $"{attribute.I}",
    };

    /// <summary>No transposed convolution is added, and none with a kernel that is larger than those of the network.</summary>
    private void RequireFormsOfAccelerators(Dictionary<string, long[]> shapes)
    {
        var added = _builder.Graph.Node.Except(_forward).ToArray();
        Assert.DoesNotContain(added, node => node.OpType == "ConvTranspose");
        var kernels = _forward.Where(node => node.OpType == "Conv").Select(node => shapes[node.Input[1]].AsSpan(2).ToArray());
        long largest = kernels.Select(kernel => kernel.Aggregate(1L, (product, size) => product * size)).DefaultIfEmpty(1).Max();
        Assert.All(
            added.Where(node => node.OpType == "Conv"),
            node => Assert.InRange(node.Ints("kernel_shape")!.Aggregate(1L, (product, size) => product * size), 1, largest));
    }
}
