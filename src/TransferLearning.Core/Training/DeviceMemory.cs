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
        int index = owner.InputNames.ToList().IndexOf(input);
        _allocator = new OrtAllocator(owner, places[index]);
        _place = _allocator.Info;
        _copy = OnnxSession.Open(CopyGraph(), execution, SessionMode.Latency, "copy to the device");
    }

    /// <summary>A tensor of one axis, with any content.</summary>
    public OrtValue Allocate(long length)
    {
        var value = OrtValue.CreateAllocatedTensorValue(_allocator, TensorElementType.Float, [length]);
        _values.Add(value);
        return value;
    }

    /// <summary>A part of a tensor that <see cref="Allocate"/> made, with a shape of its own; it shares the memory.</summary>
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
        using var source = OrtValue.CreateTensorValueFromMemory(_processor, from, [from.Length]);
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

    private static OnnxModel CopyGraph()
    {
        var graph = new GraphBuilder(new GraphProto { Name = "copy" }, "");
        graph.Input(From, TensorProto.Types.DataType.Float, [null]);
        graph.AddNamed(To, "Identity", [From]);
        graph.Output(To, TensorProto.Types.DataType.Float, [null]);
        return graph.ToModel();
    }
}
