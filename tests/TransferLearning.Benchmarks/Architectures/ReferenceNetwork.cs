using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks.Architectures;

/// <summary>A network file with PyTorch's loss and gradients beside it (the README of the data describes the files).</summary>
internal sealed class ReferenceNetwork
{
    private readonly JsonElement _facts;
    private readonly float[] _numbers;

    private ReferenceNetwork(string path, JsonElement facts, float[] numbers) => (Path, _facts, _numbers) = (path, facts, numbers);

    public string Path { get; }

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>PyTorch's own relative error in single precision.</summary>
    public double SinglePrecisionError => _facts.GetProperty("float32_error").GetDouble();

    public static ReferenceNetwork Read(string path)
    {
        using var facts = JsonDocument.Parse(File.ReadAllText(System.IO.Path.ChangeExtension(path, ".json")));
        byte[] numbers = File.ReadAllBytes(System.IO.Path.ChangeExtension(path, ".bin"));
        return new ReferenceNetwork(path, facts.RootElement.Clone(), MemoryMarshal.Cast<byte, float>(numbers).ToArray());
    }

    /// <summary>
    /// The relative error of all gradients of a training step together, |computed − expected| / |expected|, and the difference of the loss.
    /// </summary>
    public (double Gradients, double Loss) StepError()
    {
        var expected = _facts.GetProperty("gradients").EnumerateObject().ToDictionary(entry => entry.Name, entry => Numbers(entry.Value));
        int[] labels = [.. _facts.GetProperty("targets").EnumerateArray().Select(label => label.GetInt32())];
        var (loss, gradients) = Step([.. expected.Keys], Numbers(_facts.GetProperty("input_data")).ToArray(), labels);
        double error = 0, norm = 0;
        foreach (var (weight, gradient) in expected)
        {
            var computed = gradients[weight];
            for (int i = 0; i < computed.Length; i++)
            {
                error += Math.Pow(computed[i] - gradient.Span[i], 2);
                norm += Math.Pow(gradient.Span[i], 2);
            }
        }

        return (Math.Sqrt(error / norm), Math.Abs(loss - _facts.GetProperty("loss").GetDouble()));
    }

    private (float Loss, Dictionary<string, float[]> Gradients) Step(string[] weights, float[] images, int[] labels)
    {
        var model = OnnxModel.Load(Path).WithSinglePrecision().WithFreeBatch();
        Parameter[] parameters = [.. weights.Select(
            weight => new Parameter(weight, model.Index.Constants[weight].Dimensions, RateFactor: 1, Decays: false))];
        var network = new TrainableNetwork(
            model, model.Inputs[0].Name, model.Outputs[0].Name, parameters, TrainsNormalization: false, Dropout: false);
        var step = StepGraph.Build(network, labels.Length);
        float[] targets = new float[labels.Length * step.Classes];
        for (int i = 0; i < labels.Length; i++)
            targets[(i * step.Classes) + labels[i]] = 1f / labels.Length;

        var inputs = new Dictionary<string, OrtValue>
        {
            [step.InputName] = OrtValue.CreateTensorValueFromMemory(images, step.InputDimensions),
            [StepGraph.Targets] = OrtValue.CreateTensorValueFromMemory(targets, [labels.Length, step.Classes]),
        };
        foreach (var parameter in parameters)
            inputs[parameter.Name] = OrtValue.CreateTensorValueFromMemory(model.ReadInitializer(parameter.Name), [.. parameter.Dimensions]);
        using var session = OnnxSession.Open(step.Step, ExecutionOptions.Default, SessionMode.Throughput, Name);
        using var options = new RunOptions();
        using var results = session.Run(options, inputs, [StepGraph.Loss, .. step.Gradients]);
        foreach (var input in inputs.Values)
            input.Dispose();
        return (
            results[0].GetTensorDataAsSpan<float>()[0],
            weights.Zip(results.Skip(1)).ToDictionary(pair => pair.First, pair => pair.Second.GetTensorDataAsSpan<float>().ToArray()));
    }

    private ReadOnlyMemory<float> Numbers(JsonElement place) =>
        _numbers.AsMemory(place.GetProperty("offset").GetInt32(), place.GetProperty("count").GetInt32());
}
