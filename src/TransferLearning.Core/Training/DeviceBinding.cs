using Microsoft.ML.OnnxRuntime;

namespace TransferLearning;

/// <summary>
/// What a session reads and writes on a device. An input that the session reads elsewhere, because the provider leaves the node that wants
/// it to the processor, is copied when it is bound, and so bound anew for every run.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="elsewhere">The inputs that it reads somewhere else than in the memory of the device.</param>
internal sealed class DeviceBinding(InferenceSession session, IReadOnlySet<string> elsewhere) : IDisposable
{
    private readonly List<(string Name, OrtValue Value)> _copied = [];

    /// <summary>What a run takes.</summary>
    public OrtIoBinding Tensors { get; } = session.CreateIoBinding();

    /// <summary>Lets every run read a tensor.</summary>
    public void Read(string input, OrtValue value)
    {
        if (elsewhere.Contains(input))
            _copied.Add((input, value));
        else
            Tensors.BindInput(input, value);
    }

    /// <summary>Lets every run read the tensors of a <see cref="DeviceLayout"/>.</summary>
    public void Read(Func<int, string> input, OrtValue[] tensors)
    {
        for (int run = 0; run < tensors.Length; run++)
            Read(input(run), tensors[run]);
    }

    /// <summary>Lets every run write the tensors of a <see cref="DeviceLayout"/>.</summary>
    public void Write(Func<int, string> output, OrtValue[] tensors)
    {
        for (int run = 0; run < tensors.Length; run++)
            Write(output(run), tensors[run]);
    }

    /// <summary>Lets every run write a tensor.</summary>
    public void Write(string output, OrtValue value) => Tensors.BindOutput(output, value);

    /// <summary>Prepares a run, whose other inputs follow, and then <see cref="OrtIoBinding.SynchronizeBoundInputs"/>.</summary>
    public void Refresh()
    {
        foreach (var (name, value) in _copied)
            Tensors.BindInput(name, value);
    }

    /// <inheritdoc/>
    public void Dispose() => Tensors.Dispose();
}
