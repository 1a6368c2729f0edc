using Google.Protobuf;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Onnx;

public sealed class ModelValidatorTests
{
    public static TheoryData<string, string> Faults => new()
    {
        { "no graph", "no graph" },
        { "no output", "no output" },
        { "unknown output", "'nowhere'" },
        { "dangling input", "node 'y' (Relu) reads 'nowhere'" },
        { "two nodes make one tensor", "makes 'logits'" },
        { "a node makes an input", "makes 'x'" },
        { "a node makes a weight", "makes 'w'" },
        { "two weights of one name", "two initializers are called 'w'" },
        { "two inputs of one name", "two graph inputs are called 'x'" },
        { "cycle", "cycle" },
        { "node reads itself", "cycle" },
        { "negative dimension", "negative dimension -2" },
        { "dimensions overflow", "overflows" },
        { "overflow hidden by zero", "overflows" },
        { "fewer bytes than dimensions", "needs 24 bytes but holds 20" },
        { "no data", "needs 6 values but holds 0" },
        { "unknown element type", "unknown element type 99" },
        { "negative declared dimension", "negative dimension -1" },
        { "too many dimensions", "65 dimensions" },
        { "later format", "version 14" },
        { "no format version", "version 0" },
        { "later operator set", "operator set 27 of 'ai.onnx' (first used by node 'logits' (Gemm))" },
        { "later machine learning set", "operator set 6 of 'ai.onnx.ml'" },
        { "early operator set", "operator set 6" },
        { "no operator set", "standard operator set" },
        { "unknown operator", "node 'y' (Rellu)" },
        { "operator of a later set", "node 'y' (Gelu) uses an operator that came with operator set 20" },
        { "operator of a domain not imported", "node 'y' (my.domain:Relu)" },
        { "no operator", "names no operator" },
        { "a node without outputs", "node 'y' (Relu) makes nothing" },
        { "nameless weight", "no name" },
        { "fault in a nested graph", "reads 'nowhere'" },
        { "fill with a negative size", "negative dimension -5" },
        { "fill whose size overflows", "overflows" },
        { "weight in a later format's place", "needs 24 bytes but holds 0" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_broken_model_is_refused_with_a_message_that_names_the_fault(string fault, string expected)
    {
        var model = TestGraph.Dense();
        Break(model, fault);
        var error = Assert.Throws<OnnxGraphException>(() => OnnxModel.Parse(model.ToByteArray(), "broken.onnx"));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("broken.onnx", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Conv", "group", 0)]
    [InlineData("ConvTranspose", "group", -2)]
    [InlineData("GroupNormalization", "num_groups", 0)]
    [InlineData("DepthToSpace", "blocksize", 0)]
    [InlineData("DepthToSpace", "blocksize", 1L << 40)]
    [InlineData("MaxPool", "strides", 0)]
    [InlineData("AveragePool", "kernel_shape", -1)]
    [InlineData("Conv", "dilations", 0)]
    [InlineData("Split", "num_outputs", 0)]
    public void Attributes_by_which_the_runtime_would_divide_have_a_usable_value(string operatorType, string attribute, long value)
    {
        var model = TestGraph.Dense();
        model.OpsetImport[0].Version = 21;
        var node = new NodeProto { Name = "odd", OpType = operatorType, Input = { model.Graph.Input[0].Name }, Output = { "more" } };
        node.Attribute.Add(attribute is "strides" or "kernel_shape" or "dilations"
            ? GraphBuilder.Attribute(attribute, (ReadOnlySpan<long>)[1, value])
            : GraphBuilder.Attribute(attribute, value));
        model.Graph.Node.Insert(0, node);
        var error = Assert.Throws<OnnxGraphException>(() => OnnxModel.Parse(model.ToByteArray(), "odd.onnx"));
        Assert.Contains(
            FormattableString.Invariant($"the attribute '{attribute}' of node 'odd' ({operatorType}) is {value}"), error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_count_without_a_number_is_zero()
    {
        var model = TestGraph.Dense();
        var node = new NodeProto { Name = "odd", OpType = "ConvTranspose", Input = { model.Graph.Input[0].Name }, Output = { "more" } };
        node.Attribute.Add(new AttributeProto { Name = "group", Type = AttributeProto.Types.AttributeType.Int });
        model.Graph.Node.Insert(0, node);
        var error = Assert.Throws<OnnxGraphException>(() => OnnxModel.Parse(model.ToByteArray(), "odd.onnx"));
        Assert.Contains("the attribute 'group' of node 'odd' (ConvTranspose) is 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_out_of_order_are_sorted_keeping_the_order_where_possible()
    {
        var model = TestGraph.Dense();
        var nodes = model.Graph.Node.Reverse().ToArray();
        model.Graph.Node.Clear();
        model.Graph.Node.AddRange(nodes);
        var parsed = OnnxModel.Parse(model.ToByteArray());
        Assert.Equal(["logits", "y"], parsed.Proto.Graph.Node.Select(node => node.Name));
    }

    [Fact]
    public void Operators_of_other_domains_and_functions_of_the_model_are_left_to_the_runtime()
    {
        var model = TestGraph.Dense();
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "my.domain", Version = 1 });
        model.Graph.Node[1].Domain = "my.domain";
        model.Graph.Node[1].OpType = "Whatever";
        model.Graph.Node[0].OpType = "MyGemm";
        model.Functions.Add(new FunctionProto { Name = "MyGemm", Domain = "" });
        Assert.Equal("y", OnnxModel.Parse(model.ToByteArray()).Outputs[0].Name);
    }

    [Fact]
    public void Nested_graphs_may_read_from_outside()
    {
        var model = TestGraph.Dense();
        AddIf(model, inner: "logits");
        Assert.Equal(2, OnnxModel.Parse(model.ToByteArray()).Outputs.Count);
    }

    [Fact]
    public void Deep_nesting_is_refused_before_it_exhausts_the_stack()
    {
        byte[] nested = [];
        for (int depth = 0; depth < 1000; depth++)
        {
            // GraphProto.node → NodeProto.attribute → AttributeProto.g
            nested = Field(1, Field(5, Field(6, nested)));
        }

        Assert.Throws<OnnxGraphException>(() => OnnxModel.Parse(Field(7, nested)));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(4)]
    [InlineData(1)]
    public void A_length_that_the_file_does_not_have_is_refused_without_taking_memory(int field)
    {
        // Model → graph → initializer → raw bytes, packed floats or packed dimensions that claim 2,000,000,000 bytes.
        byte[] claim = [(byte)((field << 3) | 2), 0x80, 0xA8, 0xD6, 0xB9, 0x07];
        byte[] initializer = [0x2A, .. Varint(2_000_000_020), .. claim];
        byte[] model = [0x08, 0x08, 0x3A, .. Varint(2_000_000_030), .. initializer];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<OnnxGraphException>(() => OnnxModel.Parse(model));
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, model);
            Assert.Throws<OnnxGraphException>(() => OnnxModel.Load(path));
        }
        finally
        {
            File.Delete(path);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData("empty nodes")]
    [InlineData("empty graphs in an attribute")]
    public void Millions_of_tiny_parts_are_refused_before_they_become_objects(string kind)
    {
        // Two bytes each, an object of hundreds of bytes each.
        byte[] parts = new byte[6 << 20];
        for (int i = 0; i < parts.Length; i += 2)
            parts[i] = kind == "empty nodes" ? (byte)0x0A : (byte)0x5A;
        byte[] model = Field(7, kind == "empty nodes" ? parts : Field(1, Field(5, parts)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("so many parts", Assert.Throws<OnnxGraphException>(() => OnnxModel.Parse(model)).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    private static void Break(ModelProto model, string fault)
    {
        var graph = model.Graph;
        var weight = graph.Initializer[0];
        var standard = model.OpsetImport[0];
        switch (fault)
        {
            case "no graph": model.Graph = null; break;
            case "no output": graph.Output.Clear(); break;
            case "unknown output": graph.Output[0].Name = "nowhere"; break;
            case "dangling input": graph.Node[1].Input[0] = "nowhere"; break;
            case "two nodes make one tensor": graph.Node[1].Output[0] = "logits"; break;
            case "a node makes an input": graph.Node[1].Output[0] = "x"; break;
            case "a node makes a weight": graph.Node[1].Output[0] = "w"; break;
            case "two weights of one name": graph.Initializer[1].Name = "w"; break;
            case "two inputs of one name": graph.Input.Add(graph.Input[0]); break;
            case "cycle": graph.Node[0].Input[0] = "y"; break;
            case "node reads itself": graph.Node[1].Input[0] = "y"; break;
            case "negative dimension": weight.Dims[0] = -2; break;
            case "dimensions overflow": weight.Dims.AddRange([long.MaxValue / 2, 3]); break;
            case "overflow hidden by zero": weight.Dims.AddRange([long.MaxValue / 2, 3, 0]); break;
            case "fewer bytes than dimensions": weight.RawData = ByteString.CopyFrom(new byte[20]); break;
            case "no data": weight.ClearRawData(); break;
            case "unknown element type": weight.DataType = 99; break;
            case "negative declared dimension": graph.Input[0].Type.TensorType.Shape.Dim[1].DimValue = -1; break;
            case "too many dimensions": weight.Dims.AddRange(Enumerable.Repeat(1L, 63)); break;
            case "later format": model.IrVersion = 14; break;
            case "no format version": model.ClearIrVersion(); break;
            case "later operator set": standard.Version = 27; break;
            case "later machine learning set": model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 6 }); break;
            case "early operator set": standard.Version = 6; break;
            case "no operator set": model.OpsetImport.Clear(); break;
            case "unknown operator": graph.Node[1].OpType = "Rellu"; break;
            case "operator of a later set": graph.Node[1].OpType = "Gelu"; break;
            case "operator of a domain not imported": graph.Node[1].Domain = "my.domain"; break;
            case "no operator": graph.Node[1].ClearOpType(); break;
            case "a node without outputs": graph.Node[1].Output.Clear(); break;
            case "nameless weight": weight.ClearName(); break;
            case "fault in a nested graph": AddIf(model, inner: "nowhere"); break;
            case "fill with a negative size": AddFill(model, -5); break;
            case "fill whose size overflows": AddFill(model, long.MaxValue, 2); break;
            case "weight in a later format's place": weight.RawData = ByteString.Empty; break;
            default: throw new ArgumentException(fault);
        }
    }

    private static void AddIf(ModelProto model, string inner)
    {
        var branch = new GraphProto { Name = "branch" };
        branch.Node.Add(new NodeProto { OpType = "Relu", Input = { inner }, Output = { "inner" } });
        branch.Output.Add(new ValueInfoProto { Name = "inner" });
        model.Graph.Initializer.Add(GraphBuilder.Tensor("condition", TensorProto.Types.DataType.Bool, [1], []));
        var node = new NodeProto { OpType = "If", Name = "if", Input = { "condition" }, Output = { "either" } };
        foreach (string name in new[] { "then_branch", "else_branch" })
            node.Attribute.Add(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = branch });
        model.Graph.Node.Add(node);
        model.Graph.Output.Add(new ValueInfoProto { Name = "either" });
    }

    private static void AddFill(ModelProto model, params long[] size)
    {
        var builder = new GraphBuilder(model.Graph, "");
        builder.AddNamed("fill", "ConstantOfShape", [builder.Int64s(size)]);
    }

    private static byte[] Field(int number, byte[] content) => [(byte)((number << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7)
            bytes.Add((byte)(value & 127 | 128));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
