using Microsoft.ML.OnnxRuntime;

namespace TransferLearning;

/// <summary>The tensors of a training that stay on a device.</summary>
/// <param name="Weights">All weights.</param>
/// <param name="Slots">What the optimizer remembers.</param>
/// <param name="Statistics">The running statistics; null where there are none.</param>
internal sealed record DeviceWeights(OrtValue Weights, IReadOnlyList<OrtValue> Slots, OrtValue? Statistics)
{
    /// <summary>Copies each tensor from or to its place in the memory of the process.</summary>
    public void Exchange(ParameterStore parameters, RunningStatistics statistics, Action<OrtValue, Memory<float>> copy)
    {
        copy(Weights, parameters.Weights);
        for (int i = 0; i < Slots.Count; i++)
            copy(Slots[i], parameters.Slots[i]);
        if (Statistics is not null)
            copy(Statistics, statistics.Values);
    }
}
