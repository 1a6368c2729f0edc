using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// A copy of a graph made for asking ONNX Runtime about shapes: large constants are inputs of their shape, so that no weight is copied,
/// and the tensors that are asked about are outputs.
/// </summary>
internal sealed class ShapeQuestion
{
    /// <summary>Constants up to this size stay, since shapes can depend on their content (pads, scales, axes).</summary>
    private const int SmallConstant = 1024;

    private const string ProbeSuffix = "//probe";

    private readonly OnnxModel _model;
    private readonly GraphProto _graph = new() { Name = "shapes" };
    private readonly Dictionary<string, OnnxTensorInfo> _given = new(StringComparer.Ordinal);

    /// <param name="model">The model to ask about.</param>
    /// <param name="batchSize">The first dimension of each input; null leaves it as it is.</param>
    public ShapeQuestion(OnnxModel model, int? batchSize)
    {
        _model = model;
        foreach (var input in model.Index.Inputs)
        {
            var declared = batchSize is { } batch ? WithBatch(input, batch) : input;
            _graph.Input.Add(declared);
            _given[input.Name] = OnnxTensorInfo.From(declared);
        }

        AddConstants();
    }

    /// <summary>Type and shape of all tensors, by shape inference alone.</summary>
    public Dictionary<string, OnnxTensorInfo> AskAll()
    {
        var answers = new Dictionary<string, OnnxTensorInfo>(_given, StringComparer.Ordinal);
        string[] names = [.. _graph.Node.SelectMany(node => node.Output).Where(output => output.Length > 0)];
        foreach (var answer in Ask(names, [], GraphOptimizationLevel.ORT_DISABLE_ALL))
            answers[answer.Name] = answer;
        return answers;
    }

    /// <summary>
    /// The shapes of a few tensors, after folding what the network computes from the shapes of its inputs. A tensor whose rank stays
    /// unknown is left out.
    /// </summary>
    public Dictionary<string, IReadOnlyList<long?>> AskFolded(IReadOnlyList<string> names)
    {
        var shapes = new Dictionary<string, IReadOnlyList<long?>>(StringComparer.Ordinal);
        if (names.Count == 0)
            return shapes;

        // With another dimension put before it a scalar has one, while an unknown shape stays unknown.
        NodeProto[] probes = [.. names.Select(Probe)];
        foreach (var answer in Ask([.. names, .. probes.Select(probe => probe.Output[0])], probes, GraphOptimizationLevel.ORT_ENABLE_BASIC))
        {
            bool isProbe = answer.Name.EndsWith(ProbeSuffix, StringComparison.Ordinal);
            if (isProbe && answer.Dimensions is [1])
                shapes.TryAdd(answer.Name[..^ProbeSuffix.Length], []);
            else if (!isProbe && answer.Dimensions.Count > 0)
                shapes[answer.Name] = answer.Dimensions;
        }

        return shapes;
    }

    private List<OnnxTensorInfo> Ask(string[] names, NodeProto[] probes, GraphOptimizationLevel optimization)
    {
        if (names.Length == 0)
            return [];
        var graph = _graph.Clone();
        graph.Node.AddRange(probes);
        if (probes.Length > 0 && _model.OpsetVersion >= 13)
            graph.Initializer.Add(GraphBuilder.Tensor(ProbeSuffix, TensorProto.Types.DataType.Int64, new byte[sizeof(long)], [1]));
        graph.Output.AddRange(names.Select(name => new ValueInfoProto { Name = name }));

        var copy = new ModelProto { IrVersion = Math.Max(_model.Proto.IrVersion, ModelLimits.WrittenIrVersion), Graph = graph };
        copy.OpsetImport.Add(_model.Proto.OpsetImport);
        copy.Functions.Add(_model.Proto.Functions);
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = optimization,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            EnableCpuMemArena = false,
            EnableMemoryPattern = false,
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
        };
        try
        {
            using var session = new InferenceSession(copy.ToByteArray(), options);

            // The runtime numbers the element types as the standard does.
            return [.. session.OutputMetadata
                .Where(output => output.Value.OnnxValueType == OnnxValueType.ONNX_TYPE_TENSOR)
                .Select(output => new OnnxTensorInfo(
                    output.Key,
                    (OnnxElementType)(int)output.Value.ElementDataType,
                    Array.ConvertAll(output.Value.Dimensions, size => size < 0 ? (long?)null : size)))];
        }
        catch (OnnxRuntimeException error)
        {
            throw new OnnxGraphException($"ONNX Runtime refuses the graph: {error.Message}", error);
        }
    }

    private void AddConstants()
    {
        var index = _model.Index;
        _graph.SparseInitializer.Add(index.Graph.SparseInitializer);
        var replaced = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        foreach (var constant in index.Constants.Values)
        {
            long?[] dimensions = [.. constant.Dimensions.Select(size => (long?)size)];
            _given[constant.Name] = new OnnxTensorInfo(constant.Name, constant.ElementType, dimensions);
            if (constant.Count > SmallConstant && constant.ElementType is not (OnnxElementType.Int64 or OnnxElementType.Int32))
            {
                _graph.Input.Add(GraphBuilder.ValueInfo(constant.Name, (TensorProto.Types.DataType)constant.ElementType, dimensions));
                if (constant.Node is not null)
                    replaced.Add(constant.Node);
            }
            else if (constant.Node is null)
            {
                _graph.Initializer.Add(constant.Stored);
            }
        }

        _graph.Node.Add(index.Graph.Node.Where(node => !replaced.Contains(node)));
    }

    private NodeProto Probe(string tensor)
    {
        var probe = new NodeProto { OpType = "Unsqueeze", Input = { tensor }, Output = { tensor + ProbeSuffix } };
        if (_model.OpsetVersion >= 13)
            probe.Input.Add(ProbeSuffix);
        else
            probe.Attribute.Add(GraphBuilder.Attribute("axes", (ReadOnlySpan<long>)[0]));
        return probe;
    }

    private static ValueInfoProto WithBatch(ValueInfoProto input, int batchSize)
    {
        var copy = input.Clone();
        if (copy.Type?.TensorType?.Shape?.Dim is [var first, ..])
            first.DimValue = batchSize;
        return copy;
    }
}
