using Microsoft.ML.OnnxRuntime;

namespace TransferLearning;

/// <summary>
/// A batch as a device reads it: the activations in its memory, where they can be brought while it computes another step; what is small
/// comes from the memory of the process when it is bound.
/// </summary>
internal sealed class DeviceBatch
{
    private readonly Memory<float> _written;
    private readonly DeviceMemory _memory;
    private readonly string _input;
    private readonly OrtValue _activations;
    private readonly IReadOnlyList<(string Name, OrtValue Value)> _small;
    private bool _isAhead;

    /// <param name="graph">The step that reads the batch.</param>
    /// <param name="written">Where its activations are written.</param>
    /// <param name="small">The other inputs, in memory of the process.</param>
    /// <param name="memory">The way to the device.</param>
    public DeviceBatch(
        StepGraph graph, Memory<float> written, IReadOnlyList<(string Name, OrtValue Value)> small, DeviceMemory memory)
    {
        _written = written;
        _small = small;
        _memory = memory;
        _input = graph.InputName;
        _activations = memory.Allocate(graph.InputDimensions);
    }

    /// <summary>Brings the activations over, for the step that <see cref="BindStep"/> prepares next.</summary>
    public void SendAhead()
    {
        Send();
        _isAhead = true;
    }

    /// <summary>Lets a step read the batch, whose activations are brought over unless they were before.</summary>
    public void BindStep(OrtIoBinding binding)
    {
        if (!_isAhead)
            Send();
        _isAhead = false;
        binding.BindInput(_input, _activations);
        foreach (var (name, value) in _small)
            binding.BindInput(name, value);
        binding.SynchronizeBoundInputs();
    }

    /// <summary>Lets the network of validation read the activations.</summary>
    public void BindForward(OrtIoBinding binding)
    {
        Send();
        binding.BindInput(_input, _activations);
        binding.SynchronizeBoundInputs();
    }

    private void Send() => _memory.Write(_written, _activations);
}
