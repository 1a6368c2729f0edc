using Microsoft.ML.OnnxRuntime;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// Runs a <see cref="PlainStepGraph"/> as the first design did: two sets of weights take turns, and each step binds them anew.
/// </summary>
internal sealed class PlainStep : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly TrainingExamples _examples;
    private readonly TrainableNetwork _network;
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly float[] _input;
    private readonly float[] _targets;
    private readonly float[] _loss = new float[1];
    private readonly OrtValue _inputValue;
    private readonly OrtValue _targetsValue;
    private readonly OrtValue _rateValue;
    private readonly OrtValue _lossValue;
    private readonly int _batch;
    private readonly int _classes;
    private Dictionary<string, OrtValue> _current = [];
    private Dictionary<string, OrtValue> _next = [];

    public PlainStep(TrainableNetwork network, TrainingExamples examples, int batch, int classes, float rate, bool spins)
    {
        (_network, _examples, _batch, _classes) = (network, examples, batch, classes);
        var model = PlainStepGraph.Build(network, batch);
        using var options = new SessionOptions { IntraOpNumThreads = Environment.ProcessorCount };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", spins ? "1" : "0");
        _session = Own(new InferenceSession(model.ToBytes(), options));
        _input = new float[batch * examples.Length];
        _targets = new float[batch * classes];
        _inputValue = Value(_input, [.. _session.InputMetadata[network.Cut].Dimensions.Select(size => (long)size)]);
        _targetsValue = Value(_targets, [batch, classes]);
        _rateValue = Value([rate], []);
        _lossValue = Value(_loss, []);
        foreach (var parameter in network.Parameters)
        {
            long[] shape = [.. parameter.Dimensions];
            _current[parameter.Name] = Value(network.Model.ReadInitializer(parameter.Name), shape);
            _next[parameter.Name] = Value(new float[parameter.Length], shape);
            _current[parameter.Name + ".m"] = Value(new float[parameter.Length], shape);
            _next[parameter.Name + ".m"] = Value(new float[parameter.Length], shape);
        }
    }

    /// <summary>Runs a step and returns its loss.</summary>
    public float Run(int step)
    {
        Array.Clear(_targets);
        for (int i = 0; i < _batch; i++)
        {
            int image = ((step * _batch) + i) % _examples.Count;
            _examples[image].CopyTo(_input.AsSpan(i * _examples.Length));
            _targets[(i * _classes) + _examples.Labels[image]] = 1;
        }

        using var binding = _session.CreateIoBinding();
        binding.BindInput(_network.Cut, _inputValue);
        binding.BindInput(PlainStepGraph.Targets, _targetsValue);
        binding.BindInput(PlainStepGraph.Rate, _rateValue);
        binding.BindOutput(PlainStepGraph.Loss, _lossValue);
        foreach (var (name, value) in _current)
        {
            binding.BindInput(name, value);
            binding.BindOutput(name + ".new", _next[name]);
        }

        _session.RunWithBinding(_options, binding);
        (_current, _next) = (_next, _current);
        return _loss[0];
    }

    public void Dispose()
    {
        foreach (var resource in _owned)
            resource.Dispose();
        _options.Dispose();
    }

    private OrtValue Value(float[] data, long[] shape) => Own(OrtValue.CreateTensorValueFromMemory(data, shape));

    private T Own<T>(T resource)
        where T : IDisposable
    {
        _owned.Add(resource);
        return resource;
    }
}
