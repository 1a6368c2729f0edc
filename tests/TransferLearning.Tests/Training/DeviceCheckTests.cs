using Microsoft.ML.OnnxRuntime;

namespace TransferLearning.Tests.Training;

/// <summary>A provider that computes something else than the processor is found before the first step.</summary>
public sealed class DeviceCheckTests
{
    private static readonly TrainingOptions Options = TinyNetwork.Options with { Execution = DeviceStepTests.OnDevice };

    [Fact]
    public void A_provider_that_computes_the_same_passes_and_keeps_its_weights()
    {
        float[] before = Check((graph, parameters) => new DeviceStepSession(graph, parameters, Options), out float[] after);
        Assert.Equal(before, after);
    }

    [Fact]
    public void A_provider_that_writes_nothing_is_refused()
    {
        var error = Assert.Throws<DeviceException>(
            () => Check((graph, parameters) => new SilentProvider(graph, parameters, Options), out _));
        Assert.Contains("train on the processor", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("What ConfigureSession sets up cannot be used", error.Message, StringComparison.Ordinal);
        Assert.Equal(Device.Cpu, error.Device);
    }

    [Fact]
    public void A_provider_that_runs_but_leaves_the_next_weights_unwritten_is_refused()
    {
        var error = Assert.Throws<DeviceException>(
            () => Check((graph, parameters) => new ForgetfulProvider(graph, parameters, Options), out _));
        Assert.Contains("change of the weights", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_provider_that_reads_an_earlier_batch_is_refused()
    {
        var error = Assert.Throws<DeviceException>(
            () => Check((graph, parameters) => new StaleProvider(graph, parameters, Options), out _));
        Assert.Contains("on the processor", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Compares a session with the processor's; returns its weights before, and those after.</summary>
    private static float[] Check(Func<StepGraph, ParameterStore, DeviceStepSession> create, out float[] after)
    {
        var network = TinyNetwork.Trainable();
        var examples = TinyNetwork.Examples(8, seed: 1);
        var graph = StepGraph.Build(network, 8, StepForm.Device);
        var (parameters, expected) = (new ParameterStore(network.Parameters, 1), new ParameterStore(network.Parameters, 1));
        for (int i = 0; i < parameters.Parameters.Count; i++)
            network.Model.ReadInitializer(parameters.Parameters[i].Name).CopyTo(parameters.Slice(parameters.Weights, i));
        parameters.Weights.CopyTo(expected.Weights);
        using var device = create(graph, parameters);
        using var processor = new HostStepSession(
            StepGraph.Build(network, 8), expected, Options with { Execution = Options.Execution.OnProcessor() });
        device.Send();
        var batches = new BatchWriter(examples, Options, device);
        batches.Shuffle(0);
        batches.Write(device.Batch, 0, 0);
        float[] before = parameters.Weights.ToArray();
        new DeviceCheck(device, parameters, processor, expected, Options.Execution).Require();
        device.Fetch();
        after = parameters.Weights.ToArray();
        return before;
    }

    private sealed class SilentProvider(StepGraph graph, ParameterStore parameters, TrainingOptions options)
        : DeviceStepSession(graph, parameters, options)
    {
        protected override void Run(InferenceSession session, OrtIoBinding binding)
        {
        }
    }

    /// <summary>Computes, and writes the new weights somewhere else.</summary>
    private sealed class ForgetfulProvider(StepGraph graph, ParameterStore parameters, TrainingOptions options)
        : DeviceStepSession(graph, parameters, options)
    {
        protected override void Run(InferenceSession session, OrtIoBinding binding)
        {
            if (session.OutputMetadata.ContainsKey(DeviceStepGraph.NextWeights(0)))
                binding.BindOutputToDevice(DeviceStepGraph.NextWeights(0), OrtMemoryInfo.DefaultInstance);
            base.Run(session, binding);
        }
    }

    /// <summary>Sees zeros in place of the batch, as a provider does that copied the input when it was bound and still empty.</summary>
    private sealed class StaleProvider(StepGraph graph, ParameterStore parameters, TrainingOptions options)
        : DeviceStepSession(graph, parameters, options)
    {
        protected override void Run(InferenceSession session, OrtIoBinding binding)
        {
            using var empty = OrtValue.CreateTensorValueFromMemory(new float[Batch.Input.Length], Graph.InputDimensions);
            binding.BindInput(Graph.InputName, empty);
            base.Run(session, binding);
        }
    }
}
