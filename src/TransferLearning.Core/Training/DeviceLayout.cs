using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// A run of the numbers of a <see cref="ParameterStore"/> or of <see cref="RunningStatistics"/> that is one tensor on a device.
/// </summary>
/// <param name="Offset">Where it begins in the memory of the process.</param>
/// <param name="Dimensions">Its shape.</param>
internal readonly record struct DeviceRun(int Offset, long[] Dimensions)
{
    /// <summary>The number of floats.</summary>
    public int Length => checked((int)TensorShape.Count(Dimensions));
}

/// <summary>
/// How weights and all that has their layout lie on a device: as one tensor of which the tensors of the step are parts, or each apart.
/// Parts need memory whose addresses can be added to; what the allocators of DirectML and WebGPU give are handles.
/// </summary>
/// <param name="IsWhole">Whether it is one tensor.</param>
/// <param name="Weights">The tensors of the weights; where they are apart, one for each parameter in their order.</param>
/// <param name="Statistics">Those of the running statistics; where they are apart, one for each of its items.</param>
internal sealed record DeviceLayout(bool IsWhole, IReadOnlyList<DeviceRun> Weights, IReadOnlyList<DeviceRun> Statistics)
{
    /// <summary>The layout of a training.</summary>
    public static DeviceLayout Of(ParameterStore store, RunningStatistics statistics, bool isWhole)
    {
        if (isWhole)
        {
            DeviceRun[] all = statistics.Items.Count == 0 ? [] : [new DeviceRun(0, [statistics.Values.Length])];
            return new DeviceLayout(true, [new DeviceRun(0, [store.Length])], all);
        }

        return new DeviceLayout(
            false,
            [.. store.Parameters.Select((parameter, i) => new DeviceRun(store.Offset(i), [.. parameter.Dimensions]))],
            [.. statistics.Items.Select(item => new DeviceRun(item.Offset, [item.Running.Length]))]);
    }
}
