using Google.Protobuf;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>From bytes to a message that is known to be sound: parse, bring in outside weights, validate.</summary>
internal static class ModelReader
{
    private static ReadOnlySpan<byte> LargeFilePointer => "version https://git-lfs"u8;

    /// <summary>Reads a file. It is read as a stream, so that only one tensor at a time is in memory twice.</summary>
    public static OnnxModel Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new FileNotFoundException($"There is no model file '{path}'.", path);
        // A pipe or device has the length 0: it is refused here, before opening it could block.
        if (file.Length == 0)
            throw new OnnxGraphException($"'{path}' is empty.");
        if (file.Length > ModelLimits.MaxBytes)
            throw new OnnxGraphException($"'{path}' has {file.Length} bytes; an ONNX model must stay under {ModelLimits.MaxBytes}.");

        using var stream = new FileStream(path, new FileStreamOptions { Options = FileOptions.SequentialScan });
        Span<byte> start = stackalloc byte[LargeFilePointer.Length];
        int length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        RefusePointer(start[..length], path);
        stream.Position = 0;
        ModelScan.Check(stream, path);
        stream.Position = 0;
        return Finish(Parse(stream, path), path, Path.GetDirectoryName(Path.GetFullPath(path)));
    }

    /// <summary>Reads bytes in memory, which cannot have weights in other files.</summary>
    public static unsafe OnnxModel Read(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.IsEmpty)
            throw new OnnxGraphException($"'{name}' is empty.");
        RefusePointer(bytes, name);
        fixed (byte* start = bytes)
        {
            using var stream = new UnmanagedMemoryStream(start, bytes.Length);
            ModelScan.Check(stream, name);
        }

        try
        {
            return Finish(ModelProto.Parser.ParseFrom(bytes), name, folder: null);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw NotAModel(name, error);
        }
    }

    private static ModelProto Parse(FileStream stream, string path)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(CodedInputStream.CreateWithLimits(stream, ModelLimits.MaxBytes, ModelLimits.MaxNesting));
        }
        catch (InvalidProtocolBufferException error)
        {
            throw NotAModel(path, error);
        }
    }

    private static OnnxModel Finish(ModelProto proto, string name, string? folder)
    {
        try
        {
            long budget = ModelLimits.MaxBytes - (long)proto.CalculateSize();
            foreach (var (tensor, owner) in StoredTensors.Of(proto.Graph))
            {
                ExternalData.Load(tensor, owner, folder, ref budget);
                TensorContent.StoreRaw(tensor);
            }

            ModelValidator.Validate(proto);
            FunctionInlining.Apply(proto);

            // The attributes of a function's nodes have their values only now.
            PrepareForRuntime(proto.Graph);
            var model = new OnnxModel(proto);

            // The index finds the last faults (fills whose size overflows), and every use of the model needs it.
            _ = model.Index;
            return model;
        }
        catch (OnnxGraphException error)
        {
            throw new OnnxGraphException($"'{name}' cannot be used: {error.Message}", error);
        }
    }

    /// <summary>
    /// Keeps from ONNX Runtime what would end the process there: attributes by which it must not divide, and empty names at the end of a
    /// list of inputs, which mean the same as no entry.
    /// </summary>
    private static void PrepareForRuntime(GraphProto graph)
    {
        foreach (var node in graph.Node)
        {
            AttributeCheck.Check(node);
            while (node.IsStandard && node.Input is [.., ""])
                node.Input.RemoveAt(node.Input.Count - 1);
            foreach (var nested in ModelValidator.NestedGraphs(node))
                PrepareForRuntime(nested);
        }
    }

    private static void RefusePointer(ReadOnlySpan<byte> start, string name)
    {
        if (start.StartsWith(LargeFilePointer))
            throw new OnnxGraphException($"'{name}' is a Git LFS pointer, not the model; fetch the file itself (git lfs pull).");
    }

    private static OnnxGraphException NotAModel(string name, InvalidProtocolBufferException error) =>
        new($"'{name}' is not an ONNX model, or was cut off: {error.Message}", error);
}
