using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// What an <see cref="OperatorGradient"/> gets of one forward node: its tensors, their shapes, its attributes, and the graph to write to.
/// </summary>
internal sealed class GradientScope
{
    private readonly GradientTape _tape;

    public GradientScope(GradientTape tape, NodeProto node)
    {
        _tape = tape;
        Node = node;
    }

    /// <summary>The graph that the gradient nodes are appended to.</summary>
    public GraphBuilder Graph => _tape.Graph;

    /// <summary>Whether gradients have the forms that graphics cards are fast with.</summary>
    public bool ForAccelerator => _tape.ForAccelerator;

    /// <summary>The forward node, as it stands in the graph.</summary>
    public NodeProto Node { get; }

    /// <summary>The number of inputs, optional ones that were left out included.</summary>
    public int InputCount => Node.Input.Count;

    /// <summary>Whether the node has the given input: optional inputs may be missing or have an empty name.</summary>
    public bool HasInput(int index) => index < Node.Input.Count && Node.Input[index].Length > 0;

    /// <summary>The name of an input tensor.</summary>
    public string Input(int index = 0) => Node.Input[index];

    /// <summary>The name of an output tensor.</summary>
    public string Output(int index = 0) => Node.Output[index];

    /// <summary>The shape of an input tensor.</summary>
    public long[] InputShape(int index = 0) => _tape.Shape(Node.Input[index]);

    /// <summary>The shape of an output tensor.</summary>
    public long[] OutputShape(int index = 0) => _tape.Shape(Node.Output[index]);

    /// <summary>Whether the gradient of an input is needed; gradients that nobody needs are not computed.</summary>
    public bool Wants(int index) => HasInput(index) && _tape.NeedsGradient(Node.Input[index]);

    /// <summary>The gradient of an output; zeros where the loss does not depend on that output.</summary>
    public string OutputGradient(int index = 0) =>
        _tape.Gradient(Node.Output[index]) ?? Graph.Zeros(OutputShape(index));

    /// <summary>Whether the loss depends on an output; optional outputs may be missing.</summary>
    public bool HasOutputGradient(int index) => index < Node.Output.Count && _tape.Gradient(Node.Output[index]) is not null;

    /// <summary>The name of an optional output, which the node is asked for where it has left it out.</summary>
    public string AskForOutput(int index, string stem)
    {
        while (Node.Output.Count <= index)
            Node.Output.Add("");
        if (Node.Output[index].Length == 0)
            Node.Output[index] = Graph.Unique(stem);
        return Node.Output[index];
    }

    /// <summary>
    /// A tensor where a mask of its shape holds, else 0: one kernel for an accelerator, for which every one counts; the processor's kernel
    /// for a choice is slower than those for a conversion and a product (docs/adr/0017).
    /// </summary>
    public string Masked(string tensor, string mask) =>
        ForAccelerator ? Graph.Choose(mask, tensor, Graph.Scalar(0)) : Graph.Masked(tensor, mask);

    /// <summary>Adds a tensor of the input's shape to the gradient of that input.</summary>
    public void Contribute(int index, string gradient) => _tape.Contribute(Node.Input[index], gradient);

    /// <summary>Adds a tensor that is the gradient of a part of an input, and zero elsewhere.</summary>
    public void Contribute(int index, GradientPart part) => _tape.Contribute(Node.Input[index], part);

    /// <summary>Whether the content of an input is known before the graph runs.</summary>
    public bool IsConstant(int index) => HasInput(index) && _tape.Stored(Node.Input[index]) is not null;

    /// <summary>The constant numbers of an input, integers included, such as the scales of a Resize or an exponent.</summary>
    /// <exception cref="OnnxGraphException">The input is computed while the graph runs.</exception>
    public float[] ConstantFloats(int index) => _tape.ConstantFloats(Node.Input[index], Node);

    /// <summary>The constant integers of an input, such as the axes of a reduction.</summary>
    /// <exception cref="OnnxGraphException">The input is computed while the graph runs.</exception>
    public long[] Constant(int index) => _tape.Constant(Node.Input[index], Node);

    /// <summary>An integer attribute, or its default.</summary>
    public long Int(string name, long defaultValue) => Node.Int(name, defaultValue);

    /// <summary>The groups of a convolution, which must divide its channels.</summary>
    public int Groups(long channels) => Int("group", 1) is >= 1 and <= int.MaxValue and var group && channels % group == 0
        ? (int)group
        : throw Unsupported($"its {channels} channels cannot be divided into {Int("group", 1)} groups");

    /// <summary>A list-of-integers attribute, or null.</summary>
    public long[]? Ints(string name) => Node.Ints(name) is { } list ? [.. list] : null;

    /// <summary>A float attribute, or its default.</summary>
    public float Float(string name, float defaultValue) => Node.Float(name, defaultValue);

    /// <summary>A string attribute, or its default.</summary>
    public string String(string name, string defaultValue) => Node.Text(name, defaultValue);

    /// <summary>An error that names the node.</summary>
    public OnnxGraphException Unsupported(string reason) => GradientTape.Unsupported(Node, reason);
}
