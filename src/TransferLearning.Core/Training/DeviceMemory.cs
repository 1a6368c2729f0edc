using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// Tensors in memory of the execution provider of a session, and the way there and back: a graph that copies, since ONNX Runtime brings an
/// input to its provider when it is bound, and an output to the processor when that is asked for.
/// </summary>
internal sealed class DeviceMemory : IDisposable
{
    private const string From = "from";
    private const string To = "to";

    /// <summary>
    /// The names of memory in which an address can be added to. What other providers call an address can be a handle, as with DirectML
    /// and WebGPU, and a part that begins behind it would be anything.
    /// </summary>
    private static readonly string[] Addressable = ["Cpu", "Cuda"];

    private readonly InferenceSession _copy;
    private readonly OrtMemoryInfo _processor = OrtMemoryInfo.DefaultInstance;
    private readonly OrtAllocator _allocator;
    private readonly OrtMemoryInfo _place;
    private readonly RunOptions _options = new();
    private readonly List<OrtValue> _values = [];

    /// <param name="owner">The session that works on the tensors.</param>
    /// <param name="input">One of its inputs; the tensors are where it wants that one.</param>
    /// <param name="execution">The device.</param>
    public DeviceMemory(InferenceSession owner, string input, ExecutionOptions execution)
    {
        using var places = owner.GetMemoryInfosForInputs();
        _allocator = new OrtAllocator(owner, places[IndexOf(owner, input)]);
        _place = _allocator.Info;
        _copy = OnnxSession.Open(CopyGraph(), execution, SessionMode.Latency, "copy to the device");
    }

    /// <summary>Whether a part of a tensor can be a tensor of its own where a session wants an input.</summary>
    public static bool IsAddressable(InferenceSession session, string input)
    {
        using var places = session.GetMemoryInfosForInputs();
        return Addressable.Contains(places[IndexOf(session, input)].Name);
    }

    /// <summary>The inputs that a session reads somewhere else than here.</summary>
    public IReadOnlySet<string> InputsElsewhere(InferenceSession session)
    {
        using var places = session.GetMemoryInfosForInputs();
        return session.InputNames.Where((_, i) => places[i].Name != _place.Name || places[i].Id != _place.Id)
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>A tensor with any content.</summary>
    public OrtValue Allocate(params long[] dimensions)
    {
        var value = OrtValue.CreateAllocatedTensorValue(_allocator, TensorElementType.Float, dimensions);
        _values.Add(value);
        return value;
    }

    /// <summary>
    /// A part of a tensor that <see cref="Allocate"/> made, with a shape of its own; it shares the memory, which must be addressable.
    /// </summary>
    public unsafe OrtValue View(OrtValue whole, int offset, long[] dimensions)
    {
        // The span is only an address here: what it points to cannot be read by the process.
        nint address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(whole.GetTensorMutableDataAsSpan<float>()));
        var view = OrtValue.CreateTensorValueWithData(
            _place,
            TensorElementType.Float,
            dimensions,
            address + ((nint)offset * sizeof(float)),
            TensorShape.Count(dimensions) * sizeof(float));
        _values.Add(view);
        return view;
    }

    /// <summary>Copies to the device.</summary>
    public void Write(Memory<float> from, OrtValue to)
    {
        using var source = OrtValue.CreateTensorValueFromMemory(_processor, from, to.GetTensorTypeAndShape().Shape);
        using var binding = _copy.CreateIoBinding();
        binding.BindInput(From, source);
        binding.SynchronizeBoundInputs();
        binding.BindOutput(To, to);
        _copy.RunWithBinding(_options, binding);
        binding.SynchronizeBoundOutputs();
    }

    /// <summary>Copies from the device.</summary>
    public void Read(OrtValue from, Memory<float> to)
    {
        using var binding = _copy.CreateIoBinding();
        binding.BindInput(From, from);
        binding.BindOutputToDevice(To, _processor);
        _copy.RunWithBinding(_options, binding);
        binding.SynchronizeBoundOutputs();
        using var values = binding.GetOutputValues();
        values[0].GetTensorDataAsSpan<float>().CopyTo(to.Span);
    }

    public void Dispose()
    {
        foreach (var value in _values)
            value.Dispose();
        _values.Clear();
        _options.Dispose();
        _allocator.Dispose();
        _copy.Dispose();
    }

    private static int IndexOf(InferenceSession session, string input)
    {
        for (int i = 0; i < session.InputNames.Count; i++)
        {
            if (session.InputNames[i] == input)
                return i;
        }

        throw new ArgumentException($"The session has no input '{input}'.", nameof(input));
    }

    /// <summary>For tensors of any shape.</summary>
    private static OnnxModel CopyGraph()
    {
        var graph = new GraphBuilder(new GraphProto { Name = "copy" }, "");
        graph.Input(From, TensorProto.Types.DataType.Float);
        graph.AddNamed(To, "Identity", [From]);
        graph.Output(To, TensorProto.Types.DataType.Float);
        foreach (var value in graph.Graph.Input.Concat(graph.Graph.Output))
            value.Type.TensorType.Shape = null;
        return graph.ToModel();
    }
}
