using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// The shape of every tensor, asked of ONNX Runtime itself: whatever operators a model uses, the engine that will run it knows their
/// shapes. It is asked on a copy without weights, in which every tensor is an output; nothing is computed.
/// </summary>
internal static class ShapeInference
{
    /// <summary>Constants up to this size stay, since shapes can depend on their content (pads, scales, axes).</summary>
    private const int SmallConstant = 1024;

    /// <summary>The shape of every tensor for one batch size.</summary>
    /// <param name="model">A model with a free first dimension, or one of just this batch size.</param>
    /// <param name="batchSize">The number of rows, 1 or more.</param>
    /// <returns>Tensor name → dimensions, for inputs, constants and all node outputs. A tensor whose shape depends on content is left out.</returns>
    /// <exception cref="OnnxGraphException">ONNX Runtime refuses the graph; the message says why.</exception>
    public static IReadOnlyDictionary<string, long[]> Infer(OnnxModel model, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        foreach (var input in model.Inputs)
        {
            if (input.Dimensions is [{ } fixedBatch, ..] && fixedBatch != batchSize)
                throw new OnnxGraphException($"The input {input} takes {fixedBatch} at a time, not {batchSize}; free the batch dimension first.");
        }

        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (var (name, tensor) in Run(model, batchSize))
        {
            if (tensor.Dimensions.All(size => size is not null))
                shapes[name] = [.. tensor.Dimensions.Select(size => size!.Value)];
        }

        return shapes;
    }

    /// <summary>Type and shape of every tensor with the free dimensions of the inputs left free; null is a free or unknown dimension.</summary>
    /// <exception cref="OnnxGraphException">ONNX Runtime refuses the graph; the message says why.</exception>
    public static IReadOnlyDictionary<string, OnnxTensorInfo> InferFree(OnnxModel model) => Run(model, batchSize: null);

    private static Dictionary<string, OnnxTensorInfo> Run(OnnxModel model, int? batchSize)
    {
        var index = model.Index;
        var shapes = new Dictionary<string, OnnxTensorInfo>(StringComparer.Ordinal);
        var graph = new GraphProto { Name = "shapes" };
        foreach (var input in index.Inputs)
        {
            var declared = batchSize is { } batch ? WithBatch(input, batch) : input;
            graph.Input.Add(declared);
            shapes[input.Name] = OnnxTensorInfo.From(declared);
        }

        AddConstants(index, graph, shapes);
        foreach (var node in graph.Node)
        {
            foreach (string output in node.Output)
            {
                if (output.Length > 0)
                    graph.Output.Add(new ValueInfoProto { Name = output });
            }
        }

        if (graph.Output.Count == 0)
            return shapes;
        ReadShapes(model, graph, shapes);
        return shapes;
    }

    private static void AddConstants(GraphIndex index, GraphProto graph, Dictionary<string, OnnxTensorInfo> shapes)
    {
        graph.SparseInitializer.Add(index.Graph.SparseInitializer);
        var replaced = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        foreach (var constant in index.Constants.Values)
        {
            long?[] dimensions = [.. constant.Dimensions.Select(size => (long?)size)];
            shapes[constant.Name] = new OnnxTensorInfo(constant.Name, constant.ElementType, dimensions);
            if (constant.Count > SmallConstant && constant.ElementType is not (OnnxElementType.Int64 or OnnxElementType.Int32))
            {
                graph.Input.Add(GraphBuilder.ValueInfo(constant.Name, (TensorProto.Types.DataType)constant.ElementType, dimensions));
                if (constant.Node is not null)
                    replaced.Add(constant.Node);
            }
            else if (constant.Node is null)
            {
                graph.Initializer.Add(constant.Stored);
            }
        }

        graph.Node.Add(index.Graph.Node.Where(node => !replaced.Contains(node)));
    }

    private static void ReadShapes(OnnxModel model, GraphProto graph, Dictionary<string, OnnxTensorInfo> shapes)
    {
        var copy = new ModelProto { IrVersion = Math.Max(model.Proto.IrVersion, ModelLimits.WrittenIrVersion), Graph = graph };
        copy.OpsetImport.Add(model.Proto.OpsetImport);
        copy.Functions.Add(model.Proto.Functions);
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            EnableCpuMemArena = false,
            EnableMemoryPattern = false,
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
        };
        try
        {
            using var session = new InferenceSession(copy.ToByteArray(), options);
            foreach (var (name, output) in session.OutputMetadata)
            {
                if (output.OnnxValueType == OnnxValueType.ONNX_TYPE_TENSOR)
                {
                    // The runtime numbers the element types as the standard does.
                    var type = (OnnxElementType)(int)output.ElementDataType;
                    shapes[name] = new OnnxTensorInfo(name, type, Array.ConvertAll(output.Dimensions, size => size < 0 ? (long?)null : size));
                }
            }
        }
        catch (OnnxRuntimeException error)
        {
            throw new OnnxGraphException($"ONNX Runtime refuses the graph: {error.Message}", error);
        }
    }

    private static ValueInfoProto WithBatch(ValueInfoProto input, int batchSize)
    {
        var copy = input.Clone();
        if (copy.Type?.TensorType?.Shape?.Dim is [var first, ..])
            first.DimValue = batchSize;
        return copy;
    }
}
