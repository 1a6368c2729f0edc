namespace TransferLearning;

/// <summary>Which of several equal forms the graphs of a step have.</summary>
/// <param name="FoldsBatch">Whether a batch is one wide image (<see cref="BatchFolding"/>).</param>
/// <param name="AvoidsConvTranspose">
/// Whether the input gradient of strided convolutions is a convolution too. The providers of graphics cards leave a ConvTranspose with
/// unequal pads to the processor, which takes longer than all else together (docs/devices.md).
/// </param>
/// <param name="HalfPrecision">
/// Whether all but the loss is computed with 16-bit numbers (<see cref="TransferLearning.HalfPrecision"/>).
/// </param>
internal readonly record struct StepForm(bool FoldsBatch, bool AvoidsConvTranspose, bool HalfPrecision = false)
{
    /// <summary>What the processor's kernels are fastest with.</summary>
    public static StepForm Processor { get; } = new(FoldsBatch: true, AvoidsConvTranspose: false);

    /// <summary>What a graphics card runs without the processor.</summary>
    public static StepForm Device { get; } = new(FoldsBatch: true, AvoidsConvTranspose: true);
}
