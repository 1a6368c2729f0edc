using Microsoft.ML.OnnxRuntime;

namespace TransferLearning;

/// <summary>
/// What a training keeps on a device: gradients, and two sets of weights, slots and running statistics, of which a step reads one and the
/// optimizer writes the other.
/// </summary>
/// <param name="layout">How they lie there.</param>
/// <param name="memory">The memory of the device, which owns them.</param>
/// <param name="parameters">The weights in the memory of the process.</param>
/// <param name="statistics">The running statistics there.</param>
internal sealed class DeviceTensors(
    DeviceLayout layout, DeviceMemory memory, ParameterStore parameters, RunningStatistics statistics)
{
    private readonly Set[] _sets = [Allocate(layout, memory, parameters), Allocate(layout, memory, parameters)];
    private readonly OrtValue[] _gradients = Zeros(layout.Weights, memory);

    /// <summary>Copies every tensor of a set to its place in the memory of the process.</summary>
    public void Fetch(int set) => Exchange(set, memory.Read);

    /// <summary>Copies every tensor of a set from there.</summary>
    public void Send(int set) => Exchange(set, (tensor, values) => memory.Write(values, tensor));

    /// <summary>Copies the gradients, before anything clips them, in the layout of the weights.</summary>
    public void FetchGradients(Memory<float> gradients) => Exchange(_gradients, layout.Weights, gradients, memory.Read);

    /// <summary>Lets the step read its weights from a set, and write its gradients and the statistics of the batch.</summary>
    /// <param name="bindings">Those of the step, one for each set.</param>
    /// <param name="updates">Those of the optimizer, which reads what the step writes.</param>
    /// <param name="graph">The step.</param>
    /// <param name="clipped">Its outputs with shortened gradients; empty where single tensors are not clipped.</param>
    public void BindStep(DeviceBinding[] bindings, DeviceBinding[] updates, StepGraph graph, IReadOnlyList<string> clipped)
    {
        for (int set = 0; set < _sets.Length; set++)
            ReadWeights(bindings[set], _sets[set]);
        Connect(graph.Gradients, _gradients, DeviceStepGraph.Gradients);
        if (clipped.Count > 0)
            Connect(clipped, Zeros(layout.Weights, memory), DeviceStepGraph.ClippedGradients);
        if (statistics.Items.Count == 0)
            return;
        var batch = Zeros(layout.Statistics, memory);
        for (int i = 0; i < statistics.Items.Count; i++)
            WriteAll(bindings, statistics.Items[i].BatchName, StatisticsOf(batch, i));
        ReadAll(updates, DeviceStepGraph.BatchStatistics, batch);

        void Connect(IReadOnlyList<string> outputs, OrtValue[] tensors, Func<int, string> input)
        {
            for (int i = 0; i < outputs.Count; i++)
                WriteAll(bindings, outputs[i], WeightsOf(tensors, i));
            ReadAll(updates, input, tensors);
        }
    }

    /// <summary>Lets the network of validation read a set, one for each binding.</summary>
    public void BindForward(DeviceBinding[] bindings)
    {
        for (int set = 0; set < _sets.Length; set++)
        {
            ReadWeights(bindings[set], _sets[set]);
            for (int i = 0; i < statistics.Items.Count; i++)
                bindings[set].Read(statistics.Items[i].RunningName, StatisticsOf(_sets[set].Statistics, i));
        }
    }

    /// <summary>Lets the optimizer read one set and write the other.</summary>
    /// <param name="bindings">One for each set that is read.</param>
    /// <param name="inputs">The names of its inputs.</param>
    /// <param name="optimizer">The rule.</param>
    public void BindUpdate(DeviceBinding[] bindings, IReadOnlyDictionary<string, NodeMetadata> inputs, Optimizer optimizer)
    {
        for (int set = 0; set < _sets.Length; set++)
        {
            var (binding, from, to) = (bindings[set], _sets[set], _sets[1 - set]);
            binding.Read(DeviceStepGraph.Weights, from.Weights);
            binding.Write(DeviceStepGraph.NextWeights, to.Weights);
            for (int i = 0; i < from.Slots.Length; i++)
            {
                int slot = i;
                binding.Read(run => DeviceStepGraph.Slot(slot, run), from.Slots[slot]);
                binding.Write(run => DeviceStepGraph.NextSlot(slot, run), to.Slots[slot]);
            }

            binding.Read(DeviceStepGraph.Statistics, from.Statistics);
            binding.Write(DeviceStepGraph.NextStatistics, to.Statistics);
        }

        foreach (string name in (string[])[DeviceStepGraph.RateFactors, DeviceStepGraph.Decays])
        {
            if (inputs.ContainsKey(name))
                ReadAll(bindings, _ => name, [Settings(optimizer, name == DeviceStepGraph.RateFactors)]);
        }
    }

    private static Set Allocate(DeviceLayout layout, DeviceMemory memory, ParameterStore parameters) => new(
        Allocate(layout.Weights, memory),
        [.. parameters.Slots.Select(_ => Allocate(layout.Weights, memory))],
        Allocate(layout.Statistics, memory));

    private static OrtValue[] Allocate(IReadOnlyList<DeviceRun> runs, DeviceMemory memory) =>
        [.. runs.Select(run => memory.Allocate(run.Dimensions))];

    /// <summary>Tensors whose padding, between the parts that a step writes, is zero and stays so.</summary>
    private static OrtValue[] Zeros(IReadOnlyList<DeviceRun> runs, DeviceMemory memory)
    {
        var tensors = Allocate(runs, memory);
        for (int i = 0; i < tensors.Length; i++)
            memory.Write(new float[runs[i].Length], tensors[i]);
        return tensors;
    }

    private static void ReadAll(DeviceBinding[] bindings, Func<int, string> input, OrtValue[] tensors) =>
        Array.ForEach(bindings, binding => binding.Read(input, tensors));

    private static void WriteAll(DeviceBinding[] bindings, string output, OrtValue tensor) =>
        Array.ForEach(bindings, binding => binding.Write(output, tensor));

    private static void Exchange(
        OrtValue[] tensors, IReadOnlyList<DeviceRun> runs, Memory<float> values, Action<OrtValue, Memory<float>> copy)
    {
        for (int i = 0; i < tensors.Length; i++)
            copy(tensors[i], values.Slice(runs[i].Offset, runs[i].Length));
    }

    private void Exchange(int set, Action<OrtValue, Memory<float>> copy)
    {
        Exchange(_sets[set].Weights, layout.Weights, parameters.Weights, copy);
        for (int slot = 0; slot < parameters.Slots.Count; slot++)
            Exchange(_sets[set].Slots[slot], layout.Weights, parameters.Slots[slot], copy);
        Exchange(_sets[set].Statistics, layout.Statistics, statistics.Values, copy);
    }

    private void ReadWeights(DeviceBinding binding, Set set)
    {
        for (int i = 0; i < parameters.Parameters.Count; i++)
            binding.Read(parameters.Parameters[i].Name, WeightsOf(set.Weights, i));
    }

    /// <summary>What belongs to one parameter.</summary>
    private OrtValue WeightsOf(OrtValue[] tensors, int parameter) => layout.IsWhole
        ? memory.View(tensors[0], parameters.Offset(parameter), [.. parameters.Parameters[parameter].Dimensions])
        : tensors[parameter];

    /// <summary>What belongs to one running statistic.</summary>
    private OrtValue StatisticsOf(OrtValue[] tensors, int item) => layout.IsWhole
        ? memory.View(tensors[0], statistics.Items[item].Offset, [statistics.Items[item].Running.Length])
        : tensors[item];

    /// <summary>The learning rate's factor, or the decay, of each weight.</summary>
    private OrtValue Settings(Optimizer optimizer, bool factors)
    {
        float[] values = new float[parameters.Length];
        foreach (var group in parameters.Groups)
        {
            double value = factors ? group.RateFactor : group.Decays ? optimizer.WeightDecay : 0;
            values.AsSpan(group.Offset, group.Length).Fill((float)value);
        }

        var settings = memory.Allocate(values.Length);
        memory.Write(values, settings);
        return settings;
    }

    /// <summary>Weights, what the optimizer remembers, slot by slot, and running statistics.</summary>
    private sealed record Set(OrtValue[] Weights, OrtValue[][] Slots, OrtValue[] Statistics);
}
