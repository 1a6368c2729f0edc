using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// Hands the weights of a model to ONNX Runtime where they lie in memory: the model is serialised without them, each refers to a file, and
/// the session options map these files to the arrays. Otherwise they would exist twice more while a session opens, in the serialised model
/// and in ONNX Runtime's own copy of it.
/// </summary>
/// <remarks>
/// The function of the C interface for this (<c>AddExternalInitializersFromFilesInMemory</c>, since version 1.18) has no method in C#. The
/// table of the interface only grows, so its place stays the same. ONNX Runtime reads the arrays as long as the session lives (earlier
/// versions copy them while it opens), so that this object is disposed after the session.
/// </remarks>
internal sealed unsafe class WeightBuffers : IDisposable
{
    /// <summary>Smaller tensors stay in the graph, such as the shapes and axes that ONNX Runtime reads while it infers shapes.</summary>
    private const int SmallestBytes = 4096;

    /// <summary>Weights that are worth a collection.</summary>
    private const long LargeBytes = 32 << 20;

    /// <summary>Arrays that the session reads in place; versions that do not know the entry copy them.</summary>
    private const string InPlace = "session.use_external_initializer_file_buffers_directly";

    private const uint ApiVersion = 18;
    private const int ReleaseStatus = 93, AddFilesInMemory = 279;

    private static readonly nint* Api = FindApi();

    private readonly List<MemoryHandle> _pinned = [];
    private readonly List<nint> _names = [];
    private readonly List<nint> _addresses = [];
    private readonly List<nuint> _lengths = [];

    private WeightBuffers(ModelProto model)
    {
        Skeleton = model.Clone();
        foreach (var tensor in Skeleton.Graph.Initializer)
        {
            if (tensor.RawData.Length < SmallestBytes || tensor.DataType == (int)OnnxElementType.String)
                continue;
            string file = FormattableString.Invariant($"weights-{_names.Count}");
            var pinned = tensor.RawData.Memory.Pin();
            _pinned.Add(pinned);
            _addresses.Add((nint)pinned.Pointer);
            _lengths.Add((nuint)tensor.RawData.Length);
            _names.Add(NativeName(file));
            AddEntry(tensor, "location", file);
            AddEntry(tensor, "offset", "0");
            AddEntry(tensor, "length", FormattableString.Invariant($"{tensor.RawData.Length}"));
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.ClearRawData();
        }

        // Opening a session takes as much native memory, more than once: what reading the file has left behind is collected beside it.
        if (_lengths.Sum(length => (long)length) >= LargeBytes)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Optimized, blocking: false);
    }

    /// <summary>The model without its weights.</summary>
    public ModelProto Skeleton { get; }

    /// <summary>Separates the weights from a model.</summary>
    /// <returns>Null where this version of ONNX Runtime cannot take weights from memory; the model is serialised whole then.</returns>
    public static WeightBuffers? Of(OnnxModel model) => Api is null ? null : new WeightBuffers(model.Proto);

    /// <summary>Makes the weights known to the session that is opened with these options, and disposed before this object.</summary>
    /// <returns>False if ONNX Runtime refuses them.</returns>
    public bool AddTo(SessionOptions options)
    {
        if (_names.Count == 0)
            return true;
        options.AddSessionConfigEntry(InPlace, "1");
        var add = (delegate* unmanaged<nint, nint*, nint*, nuint*, nuint, nint>)Api[AddFilesInMemory];
        bool held = false;
        try
        {
            options.DangerousAddRef(ref held);
            nint status;
            fixed (nint* names = CollectionsMarshal.AsSpan(_names), addresses = CollectionsMarshal.AsSpan(_addresses))
            fixed (nuint* lengths = CollectionsMarshal.AsSpan(_lengths))
                status = add(options.DangerousGetHandle(), names, addresses, lengths, (nuint)_names.Count);
            if (status != 0)
                ((delegate* unmanaged<nint, void>)Api[ReleaseStatus])(status);
            return status == 0;
        }
        finally
        {
            if (held)
                options.DangerousRelease();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pinned.ForEach(pinned => pinned.Dispose());
        _names.ForEach(Marshal.FreeCoTaskMem);
        _pinned.Clear();
        _names.Clear();
    }

    private static void AddEntry(TensorProto tensor, string key, string value) =>
        tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });

    /// <summary>A path as ONNX Runtime takes it: UTF-16 on Windows, UTF-8 elsewhere, with a zero at its end.</summary>
    private static nint NativeName(string file) =>
        OperatingSystem.IsWindows() ? Marshal.StringToCoTaskMemUni(file) : Marshal.StringToCoTaskMemUTF8(file);

    /// <summary>The table of functions; null where it cannot be found or is older.</summary>
    private static nint* FindApi()
    {
        if (!NativeLibrary.TryLoad("onnxruntime", typeof(InferenceSession).Assembly, null, out nint library)
            || !NativeLibrary.TryGetExport(library, "OrtGetApiBase", out nint entry))
        {
            return null;
        }

        nint* table = ((delegate* unmanaged<nint*>)entry)();
        return ((delegate* unmanaged<uint, nint*>)table[0])(ApiVersion);
    }
}
