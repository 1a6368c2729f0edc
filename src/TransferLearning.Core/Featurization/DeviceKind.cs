namespace TransferLearning;

/// <summary>The execution providers that <see cref="Device"/> names.</summary>
internal enum DeviceKind
{
    Cpu,
    Cuda,
    DirectML,
    CoreML,
    OpenVINO,
    Auto,
}
