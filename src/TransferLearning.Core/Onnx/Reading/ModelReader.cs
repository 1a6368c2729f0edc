using Google.Protobuf;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>From bytes to a message that is known to be sound: parse, bring in outside weights, validate.</summary>
internal static class ModelReader
{
    private static ReadOnlySpan<byte> LargeFilePointer => "version https://git-lfs"u8;

    /// <summary>Float weights in the list form; see <see cref="StoreRaw"/>.</summary>
    private const byte FloatListTag = (4 << 3) | 2, RawDataTag = (9 << 3) | 2;

    /// <summary>
    /// Reads a file. It lies in native memory meanwhile: from a stream, each weight would be read in small pieces, and these stay in memory
    /// until a collection of the oldest generation.
    /// </summary>
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

        // What is hostile is refused before memory is taken for it.
        var lists = ModelScan.Check(stream, path);
        ModelProto proto;
        using (var content = FileContent.Read(stream, stream.Length)
            ?? throw new OnnxGraphException($"'{path}' was cut off while it was read."))
        {
            StoreRaw(content.Changeable, lists);
            proto = Parse(content.Bytes, path);
        }

        return Finish(proto, path, Path.GetDirectoryName(Path.GetFullPath(path)));
    }

    /// <summary>Reads a verified file in memory, which cannot have weights in other files; its bytes are changed.</summary>
    public static OnnxModel Read(FileContent content, string name)
    {
        StoreRaw(content.Changeable, Check(content.Bytes, name));
        return Finish(Parse(content.Bytes, name), name, folder: null);
    }

    /// <summary>Reads bytes in memory, which cannot have weights in other files.</summary>
    public static OnnxModel Read(ReadOnlySpan<byte> bytes, string name)
    {
        Check(bytes, name);
        return Finish(Parse(bytes, name), name, folder: null);
    }

    private static unsafe IReadOnlyList<long> Check(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.IsEmpty)
            throw new OnnxGraphException($"'{name}' is empty.");
        RefusePointer(bytes, name);
        fixed (byte* start = bytes)
        {
            using var stream = new UnmanagedMemoryStream(start, bytes.Length);
            return ModelScan.Check(stream, name);
        }
    }

    /// <summary>
    /// Brings lists of floats into the raw form before they are parsed. On the wire the two differ in the number of the field alone; a list
    /// would exist beside the raw form that everything works on.
    /// </summary>
    private static void StoreRaw(Span<byte> model, IReadOnlyList<long> lists)
    {
        foreach (long list in lists)
        {
            ref byte tag = ref model[(int)list];
            tag = tag == FloatListTag ? RawDataTag : tag;
        }
    }

    private static ModelProto Parse(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw NotAModel(name, error);
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
